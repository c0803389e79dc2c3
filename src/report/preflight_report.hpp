#pragma once
// What a preflight found, as people read it in a terminal or a browser, and as programs do.

#include <string>
#include <vector>

#include "core/console.hpp"
#include "core/file_system.hpp"
#include "quality/preflight.hpp"

namespace myxtts::report {

// One sentence: how many clips can be used, how many not, how many look suspicious.
[[nodiscard]] std::string preflight_verdict(const quality::Preflight& preflight);

// The findings, kind by kind, the first suspects where losses were measured, the histograms and the verdict, a line
// each.
[[nodiscard]] std::vector<std::string> preflight_lines(const quality::Preflight& preflight);

// {"folder", "quick", "passed", "max_rejected", "clips", "usable", "rejected", "suspicious", "seconds",
// "sample_rates_hz": {"22050": 24}, "speakers": {"anna": 12}, "findings": [{"kind", "severity", "id", "where", "file",
// "reason", "advice"}], "losses": [{"id", "where", "loss", "text_gain", "text"}], "histograms": [{"title", "unit",
// "first", "step", "counts"}]}
// The losses are of every clip, suspects first; none where no voice model was asked.
[[nodiscard]] std::string preflight_json(const quality::Preflight& preflight);

// A page that needs nothing but itself.
[[nodiscard]] std::string preflight_html(const quality::Preflight& preflight);

struct PreflightOutput {
  bool json = false;  // one object on stdout instead of lines
  core::Path html;    // of the page; empty: none
};

// Prints the lines or the object, and writes the page. Throws: core::Error where the page cannot be written.
void publish_preflight(const quality::Preflight& preflight, const PreflightOutput& output, core::FileSystem& files,
                       core::Console& console);

}  // namespace myxtts::report
