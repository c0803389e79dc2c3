#pragma once
// What a preflight found, as people read it in a terminal or a browser, and as programs do. Pure functions.

#include <string>
#include <vector>

#include "dataset/preflight.hpp"

namespace myxtts::report {

// One sentence: how many clips can be used, how many not, how many look suspicious.
[[nodiscard]] std::string preflight_verdict(const dataset::Preflight& preflight);

// The findings, kind by kind, the histograms and the verdict, a line each.
[[nodiscard]] std::vector<std::string> preflight_lines(const dataset::Preflight& preflight);

// {"folder", "quick", "passed", "max_rejected", "clips", "usable", "rejected", "suspicious", "seconds",
// "sample_rates_hz": {"22050": 24}, "speakers": {"anna": 12}, "findings": [{"kind", "severity", "id", "where", "file",
// "reason", "advice"}], "histograms": [{"title", "unit", "first", "step", "counts"}]}
[[nodiscard]] std::string preflight_json(const dataset::Preflight& preflight);

// A page that needs nothing but itself.
[[nodiscard]] std::string preflight_html(const dataset::Preflight& preflight);

}  // namespace myxtts::report
