#pragma once
// The result of a preflight as text for a terminal, as an HTML page, and as JSON for programs.

#include <string>
#include <vector>

#include "core/console.hpp"
#include "core/file_system.hpp"
#include "quality/preflight.hpp"

namespace myxtts::report {

// One sentence: how many clips can be used, how many are rejected, how many are suspicious.
[[nodiscard]] std::string preflight_verdict(const quality::Preflight& preflight);

// One element per line: the findings by kind, the first suspects if losses were measured, the histograms and the
// verdict.
[[nodiscard]] std::vector<std::string> preflight_lines(const quality::Preflight& preflight);

// {"folder", "quick", "passed", "max_rejected", "clips", "usable", "rejected", "suspicious", "seconds",
// "sample_rates_hz": {"22050": 24}, "speakers": {"anna": 12}, "findings": [{"kind", "severity", "id", "where", "file",
// "reason", "advice"}], "losses": [{"id", "where", "loss", "text_gain", "text"}], "histograms": [{"title", "unit",
// "first", "step", "counts"}]}
// "losses" has every clip, by descending loss; it is empty without a voice model.
[[nodiscard]] std::string preflight_json(const quality::Preflight& preflight);

// A page that needs no other file.
[[nodiscard]] std::string preflight_html(const quality::Preflight& preflight);

struct PreflightOutput {
  bool json = false;  // one object on stdout instead of lines
  core::Path html;    // of the page; empty: no page
};

// Prints the lines or the object, and writes the page. Throws: core::Error if the page cannot be written.
void publish_preflight(const quality::Preflight& preflight, const PreflightOutput& output, core::FileSystem& files,
                       core::Console& console);

}  // namespace myxtts::report
