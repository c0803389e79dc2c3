#include "report/preflight_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "quality/set_findings.hpp"
#include "report/histogram.hpp"

namespace myxtts::report {
namespace {

using dataset::Clip;
using quality::Defect;
using quality::DefectKind;
using quality::Finding;
using quality::Preflight;
using quality::Severity;

std::string_view name_of(Severity severity) { return severity == Severity::kRejected ? "rejected" : "suspicious"; }

std::string clips(std::size_t count) { return fmt::format("{} clip{}", count, count == 1 ? "" : "s"); }

// The findings of each defect, in the order of the set.
using FindingsOfKind = std::map<Defect, std::vector<const Finding*>>;

FindingsOfKind by_kind(const Preflight& preflight) {
  FindingsOfKind kinds;
  for (const Finding& finding : preflight.checked.findings) kinds[finding.defect].push_back(&finding);
  return kinds;
}

template <typename Value>
std::map<Value, std::size_t> count_by(const dataset::Dataset& dataset, Value (*value_of)(const Clip&)) {
  std::map<Value, std::size_t> counts;
  for (const Clip& clip : dataset.clips()) ++counts[value_of(clip)];
  return counts;
}

std::map<std::string, std::size_t> clips_of_rates(const dataset::Dataset& dataset) {
  return count_by<std::string>(dataset, [](const Clip& clip) { return std::to_string(clip.audio.sample_rate_hz); });
}

std::map<std::string, std::size_t> clips_of_speakers(const dataset::Dataset& dataset) {
  return count_by<std::string>(dataset, [](const Clip& clip) { return clip.speaker; });
}

void add_signal_histograms(const std::vector<quality::SignalMeasures>& clips, std::vector<Histogram>& histograms) {
  std::vector<double> loudness;
  std::vector<double> over_noise;
  for (const quality::SignalMeasures& measures : clips) {
    loudness.push_back(measures.loudness_lufs);
    over_noise.push_back(measures.speech_db - measures.noise_db);
  }
  histograms.push_back(histogram_of("loudness", "LUFS", loudness));
  histograms.push_back(histogram_of("speech over the faintest parts", "dB", over_noise));
}

void add_loss_histograms(const std::vector<quality::ClipLoss>& clips, std::vector<Histogram>& histograms) {
  std::vector<double> losses;
  std::vector<double> gains;
  for (const quality::ClipLoss& clip : clips) {
    losses.push_back(clip.loss);
    gains.push_back(clip.text_gain);
  }
  histograms.push_back(histogram_of("loss of the voice model", "nats an audio token", losses));
  histograms.push_back(histogram_of("gain from the text", "nats an audio token", gains));
}

std::vector<Histogram> histograms_of(const Preflight& preflight) {
  const quality::CheckedDataset& checked = preflight.checked;
  std::vector<double> seconds;
  for (const Clip& clip : checked.dataset.clips()) seconds.push_back(clip.audio.seconds());
  std::vector<Histogram> histograms = {
      histogram_of("duration", "s", seconds),
      histogram_of("speech rate", "letters a second", quality::speech_rates(checked.dataset, checked.measures))};
  if (!checked.measures.empty()) add_signal_histograms(checked.measures, histograms);
  if (!preflight.losses.empty()) add_loss_histograms(preflight.losses, histograms);
  return histograms;
}

constexpr std::string_view kSuspectsHeading =
    "Clips by the voice model's loss and by what their text gains (nats an audio token), wrong transcripts first";
constexpr std::size_t kSuspectsInLines = 20;
constexpr std::size_t kSuspectsInPage = 200;

// A clip and its loss.
struct Suspect {
  const Clip& clip;
  quality::ClipLoss measured;
};

// The clips with the highest losses, at most `most`; empty if no losses were measured.
std::vector<Suspect> suspects_of(const Preflight& preflight, std::size_t most = std::string::npos) {
  std::vector<Suspect> suspects;
  for (const std::size_t clip : quality::suspects_first(preflight.losses)) {
    if (suspects.size() == most) break;
    suspects.push_back({preflight.checked.dataset.clip(clip), preflight.losses[clip]});
  }
  return suspects;
}

void add_suspects(const Preflight& preflight, std::vector<std::string>& lines) {
  if (preflight.losses.empty()) return;
  lines.push_back(fmt::format("{}:", kSuspectsHeading));
  lines.emplace_back("    loss    gain  clip");
  for (const auto& [clip, measured] : suspects_of(preflight, kSuspectsInLines)) {
    lines.push_back(fmt::format("  {:>6.3f}  {:>6.3f}  {} '{}': {}", measured.loss, measured.text_gain, clip.where,
                                clip.id, clip.text));
  }
  lines.emplace_back();
}

std::string rates_text(const Preflight& preflight) {
  std::vector<std::string> parts;
  for (const auto& [rate, count] : clips_of_rates(preflight.checked.dataset)) {
    parts.push_back(fmt::format("{} Hz: {}", rate, clips(count)));
  }
  return fmt::format("sample rates: {}; speakers: {}", fmt::join(parts, ", "),
                     clips_of_speakers(preflight.checked.dataset).size());
}

std::string heading(const DefectKind& kind, std::size_t count) {
  return fmt::format("{} ({}), {}", kind.name, name_of(kind.severity), clips(count));
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

constexpr std::string_view kStyle =
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em;color:#222;background:#fff}"
    "h1{font-size:1.5em}h2{font-size:1.1em;margin:1.6em 0 .2em}.rejected{color:#b00020}.suspicious{color:#8a5a00}"
    "table{border-collapse:collapse;width:100%}th{text-align:left}"
    "td{border-top:1px solid #ddd;padding:.25em .8em .25em "
    "0;vertical-align:top;overflow-wrap:anywhere}figure{display:inline-block;margin:0 2em 1em 0;color:#35618f}"
    "figcaption{color:#222}@media(prefers-color-scheme:dark){body,figcaption{color:#ddd;background:#1b1b1b}"
    "td{border-color:#444}figure{color:#8ab4e0}.rejected{color:#ff8a80}.suspicious{color:#ffd180}}";

std::string findings_html(const DefectKind& kind, const std::vector<const Finding*>& findings) {
  std::string html = fmt::format("<h2 class=\"{}\">{}</h2><p>{}</p><table>", name_of(kind.severity),
                                 escaped(heading(kind, findings.size())), escaped(kind.advice));
  for (const Finding* finding : findings) {
    html += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n", escaped(finding->where),
                        escaped(finding->id), escaped(finding->file), escaped(finding->reason));
  }
  return html + "</table>";
}

std::string suspects_html(const Preflight& preflight) {
  if (preflight.losses.empty()) return {};
  std::string html = fmt::format("<h2>{}</h2><table><tr><th>loss</th><th>gain</th><th colspan=\"3\">clip</th></tr>\n",
                                 kSuspectsHeading);
  for (const auto& [clip, measured] : suspects_of(preflight, kSuspectsInPage)) {
    html += fmt::format("<tr><td>{:.3f}</td><td>{:.3f}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n", measured.loss,
                        measured.text_gain, escaped(clip.where), escaped(clip.id), escaped(clip.text));
  }
  return html + "</table>\n";
}

}  // namespace

std::string preflight_verdict(const Preflight& preflight) {
  const quality::CheckedDataset& checked = preflight.checked;
  return fmt::format("{} of {} can be used, {:.1f} minutes; {} rejected (allowed: {:g} %), {} suspicious: {}",
                     checked.dataset.size(), clips(checked.total), checked.dataset.total_seconds() / 60,
                     preflight.rejected(), 100 * preflight.max_rejected, quality::count_suspicious(checked.findings),
                     preflight.passed() ? "training can start." : "too few to train on.");
}

std::vector<std::string> preflight_lines(const Preflight& preflight) {
  std::vector<std::string> lines;
  for (const auto& [defect, findings] : by_kind(preflight)) {
    const DefectKind& kind = quality::kind_of(defect);
    lines.push_back(fmt::format("{}. {}", heading(kind, findings.size()), kind.advice));
    for (const Finding* finding : findings) {
      const std::string file = finding->file.empty() ? "" : " " + finding->file;
      lines.push_back(fmt::format("  {} '{}'{}: {}", finding->where, finding->id, file, finding->reason));
    }
    lines.emplace_back();
  }
  add_suspects(preflight, lines);
  for (const Histogram& histogram : histograms_of(preflight)) {
    std::ranges::move(histogram_lines(histogram), std::back_inserter(lines));
  }
  if (preflight.checked.dataset.size() > 0) lines.push_back(rates_text(preflight));
  lines.push_back(preflight_verdict(preflight));
  return lines;
}

std::string preflight_json(const Preflight& preflight) {
  using Json = nlohmann::ordered_json;
  const quality::CheckedDataset& checked = preflight.checked;
  Json object = {{"folder", preflight.folder},
                 {"quick", preflight.depth == quality::Depth::kHeaders},
                 {"passed", preflight.passed()},
                 {"max_rejected", preflight.max_rejected},
                 {"clips", checked.total},
                 {"usable", checked.dataset.size()},
                 {"rejected", preflight.rejected()},
                 {"suspicious", quality::count_suspicious(checked.findings)},
                 {"seconds", checked.dataset.total_seconds()},
                 {"sample_rates_hz", clips_of_rates(checked.dataset)},
                 {"speakers", clips_of_speakers(checked.dataset)},
                 {"findings", Json::array()},
                 {"losses", Json::array()},
                 {"histograms", Json::array()}};
  for (const Finding& finding : checked.findings) {
    const DefectKind& kind = quality::kind_of(finding.defect);
    object["findings"].push_back({{"kind", kind.name},
                                  {"severity", name_of(kind.severity)},
                                  {"id", finding.id},
                                  {"where", finding.where},
                                  {"file", finding.file},
                                  {"reason", finding.reason},
                                  {"advice", kind.advice}});
  }
  for (const auto& [clip, measured] : suspects_of(preflight)) {
    object["losses"].push_back({{"id", clip.id},
                                {"where", clip.where},
                                {"loss", measured.loss},
                                {"text_gain", measured.text_gain},
                                {"text", clip.text}});
  }
  for (const Histogram& histogram : histograms_of(preflight)) {
    object["histograms"].push_back({{"title", histogram.title},
                                    {"unit", histogram.unit},
                                    {"first", histogram.first},
                                    {"step", histogram.step},
                                    {"counts", histogram.counts}});
  }
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);  // an id may be invalid UTF-8
}

std::string preflight_html(const Preflight& preflight) {
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>Preflight of "
      "{0}</title><style>{1}</style></head>\n"
      "<body><h1>Preflight of {0}</h1><p>{2}</p><p>{3}</p>\n",
      escaped(preflight.folder), kStyle, escaped(preflight_verdict(preflight)), escaped(rates_text(preflight)));
  for (const Histogram& histogram : histograms_of(preflight)) {
    html += fmt::format("<figure><figcaption>{} ({})</figcaption>{}</figure>\n", escaped(histogram.title),
                        escaped(histogram.unit), histogram_svg(histogram));
  }
  for (const auto& [defect, findings] : by_kind(preflight)) {
    html += findings_html(quality::kind_of(defect), findings) + "\n";
  }
  return html + suspects_html(preflight) + "</body></html>\n";
}

void publish_preflight(const Preflight& preflight, const PreflightOutput& output, core::FileSystem& files,
                       core::Console& console) {
  if (output.json) {
    fmt::print("{}\n", preflight_json(preflight));
    console.info(preflight_verdict(preflight));
  } else {
    for (const std::string& line : preflight_lines(preflight)) console.info(line);
  }
  if (!output.html.empty()) core::write_atomically(files, output.html, preflight_html(preflight));
}

}  // namespace myxtts::report
