#pragma once
// Histograms with equal bins and round bounds, as lines of text and as a drawing. Pure functions.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace myxtts::report {

struct Histogram {
  std::string title;  // "duration"
  std::string unit;   // "s"
  double first = 0;   // where the first bin begins
  double step = 1;    // width of a bin
  std::vector<std::size_t> counts;

  [[nodiscard]] double bound(std::size_t bin) const { return first + step * static_cast<double>(bin); }
  // Number of decimals that distinguish the bounds.
  [[nodiscard]] int decimals() const;
};

// At most about `bins` bins with a width of 1, 2 or 5 times a power of ten; values that are not finite are ignored.
[[nodiscard]] Histogram histogram_of(std::string title, std::string unit, std::span<const double> values,
                                     std::size_t bins = 12);

// One line per bin: its bounds, its count and a bar.
[[nodiscard]] std::vector<std::string> histogram_lines(const Histogram& histogram);

// An <svg> element that needs no style sheet but takes its colour from the text around it.
[[nodiscard]] std::string histogram_svg(const Histogram& histogram);

}  // namespace myxtts::report
