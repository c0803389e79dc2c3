#include "report/histogram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace myxtts::report {
namespace {

// The smallest of 1, 2, 5 times a power of ten that is at least `width`.
double round_step(double width) {
  const double power = std::pow(10, std::floor(std::log10(width)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= width * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

}  // namespace

int Histogram::decimals() const { return std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9))); }

Histogram histogram_of(std::string title, std::string unit, std::span<const double> values, std::size_t bins) {
  Histogram histogram{.title = std::move(title), .unit = std::move(unit), .first = 0, .step = 1, .counts = {}};
  std::vector<double> finite;
  std::ranges::copy_if(values, std::back_inserter(finite), [](double value) { return std::isfinite(value); });
  if (finite.empty()) return histogram;
  const auto [low, high] = std::ranges::minmax(finite);
  histogram.step = round_step(std::max((high - low) / static_cast<double>(bins), std::max(std::abs(high), 1.0) * 1e-3));
  histogram.first = std::floor(low / histogram.step) * histogram.step;
  const auto bin_of = [&](double value) {
    return static_cast<std::size_t>(std::max(0.0, std::floor((value - histogram.first) / histogram.step)));
  };
  histogram.counts.resize(bin_of(high) + 1);
  for (const double value : finite) ++histogram.counts[bin_of(value)];
  return histogram;
}

std::vector<std::string> histogram_lines(const Histogram& histogram) {
  constexpr double kWidth = 40;
  std::vector<std::string> lines;
  if (histogram.counts.empty()) return lines;
  lines.push_back(fmt::format("{} ({})", histogram.title, histogram.unit));
  const std::size_t most = std::ranges::max(histogram.counts);
  const int decimals = histogram.decimals();
  for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) {
    const std::size_t count = histogram.counts[bin];
    const auto length =
        static_cast<std::size_t>(std::ceil(kWidth * static_cast<double>(count) / static_cast<double>(most)));
    lines.push_back(fmt::format("  {:>8.{}f} to {:>8.{}f} {:>7} {}", histogram.bound(bin), decimals,
                                histogram.bound(bin + 1), decimals, count, std::string(length, '#')));
  }
  return lines;
}

std::string histogram_svg(const Histogram& histogram) {
  constexpr double kWidth = 360;
  constexpr double kHeight = 120;
  constexpr double kLabels = 18;
  if (histogram.counts.empty()) return {};
  const auto bins = static_cast<double>(histogram.counts.size());
  const auto most = static_cast<double>(std::ranges::max(histogram.counts));
  std::string svg = fmt::format(
      R"(<svg viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" font-size="11" fill="currentColor">)", kWidth,
      kHeight + kLabels);
  for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) {
    const double height = kHeight * static_cast<double>(histogram.counts[bin]) / most;
    svg += fmt::format(
        R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{:.{}f} to {:.{}f}: {}</title></rect>)",
        kWidth / bins * static_cast<double>(bin) + 1, kHeight - height, kWidth / bins - 2, height, histogram.bound(bin),
        histogram.decimals(), histogram.bound(bin + 1), histogram.decimals(), histogram.counts[bin]);
  }
  svg += fmt::format(
      R"(<text x="0" y="{0}">{1:.{2}f}</text><text x="{3}" y="{0}" text-anchor="end">{4:.{2}f}</text></svg>)",
      kHeight + kLabels - 4, histogram.bound(0), histogram.decimals(), kWidth,
      histogram.bound(histogram.counts.size()));
  return svg;
}

}  // namespace myxtts::report
