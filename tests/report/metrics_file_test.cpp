#include "report/metrics_file.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/error.hpp"
#include "support/fake_file_system.hpp"

namespace myxtts::report {
namespace {

using nlohmann::json;

struct MetricsFileTest : ::testing::Test {
  support::TemporaryFolder run;
  support::FakeFileSystem files{run.path()};
  core::Path file = run.path() / "metrics.jsonl";
  MetricsFile metrics{files, file};

  std::string text() const { return files.exists(file) ? files.read(file) : ""; }
  std::vector<json> rows() const {
    std::vector<json> rows;
    std::istringstream lines(text());
    for (std::string line; std::getline(lines, line);) rows.push_back(json::parse(line));
    return rows;
  }
  void add(const std::string& stage, std::int64_t step) {
    core::StepReport report;
    report.stage = stage;
    report.step = step;
    metrics.on_step(report);
  }
  void add_validation(const std::string& stage, std::int64_t step) {
    metrics.on_validation({stage, step, {{"loss", 1.5}}, true});
  }
  std::vector<std::pair<std::string, std::int64_t>> steps() const {
    std::vector<std::pair<std::string, std::int64_t>> steps;
    for (const json& row : rows()) steps.emplace_back(row["stage"], row["step"]);
    return steps;
  }
};

TEST_F(MetricsFileTest, RowHoldsEveryField) {
  metrics.on_step({"voice", 12, 1, {{"loss", 3.25}, {"text_loss", 5}}, 0.5, 1e-3, 100, 2, 30, 4, 12.5, 0, 50, true, 2});
  metrics.flush();
  EXPECT_EQ(text(),
            "{\"stage\":\"voice\",\"step\":12,\"epoch\":1,\"loss\":3.25,\"text_loss\":5.0,\"grad_norm\":0.5,"
            "\"lr\":0.001,\"step_ms\":100.0,\"stall_ms\":2.0,\"produce_ms\":30.0,\"transfer_ms\":4.0,"
            "\"audio_s\":12.5,\"padding\":0.0,\"buffer\":50,\"skipped\":true,\"broken\":2}\n");
}

TEST_F(MetricsFileTest, ValidationRowSaysSo) {
  add_validation("codec", 250);
  metrics.flush();
  EXPECT_EQ(rows().at(0),
            json({{"stage", "codec"}, {"step", 250}, {"validation", true}, {"best", true}, {"loss", 1.5}}));
}

TEST_F(MetricsFileTest, NotFiniteIsNull) {
  metrics.on_step({"voice", 1, 0, {{"loss", NAN}}, INFINITY, 0, 0, 0, 0, 0, 0, 0, 0, true});
  metrics.flush();
  EXPECT_TRUE(rows().at(0)["loss"].is_null());
  EXPECT_TRUE(rows().at(0)["grad_norm"].is_null());
}

TEST_F(MetricsFileTest, WritesAtFlushOnly) {
  add("voice", 1);
  add("voice", 2);
  EXPECT_TRUE(files.operations().empty());
  metrics.flush();
  metrics.flush();
  EXPECT_EQ(files.operations(), std::vector<std::string>{"append metrics.jsonl"});
  add("voice", 3);
  metrics.on_end({});
  EXPECT_EQ(rows().size(), 3U);
}

TEST_F(MetricsFileTest, DestructionWritesWhatIsLeft) {
  {
    MetricsFile shortlived(files, file);
    shortlived.on_validation({"voice", 1, {}, false});
  }
  EXPECT_EQ(rows().size(), 1U);
}

TEST_F(MetricsFileTest, FullDiskIsReported) {
  add("voice", 1);
  files.fail_at(1, support::FailureMode::kOnce);
  EXPECT_THROW(metrics.flush(), core::Error);
}

TEST_F(MetricsFileTest, RowsPastTheCheckpointAreRemoved) {
  for (const std::int64_t step : {1, 2, 3}) add("codec", step);
  add_validation("codec", 3);
  for (const std::int64_t step : {1, 2, 3}) add("voice", step);
  metrics.flush();
  files.append(file, "{\"stage\":\"voice\",\"st");
  const std::string before = text();

  metrics.keep_until("voice", 2);
  using Steps = std::vector<std::pair<std::string, std::int64_t>>;
  EXPECT_EQ(steps(), (Steps{{"codec", 1}, {"codec", 2}, {"codec", 3}, {"codec", 3}, {"voice", 1}, {"voice", 2}}));
  EXPECT_TRUE(before.starts_with(text()));
  metrics.keep_until("codec", 3);
  EXPECT_EQ(steps(), (Steps{{"codec", 1}, {"codec", 2}, {"codec", 3}, {"codec", 3}}));
  EXPECT_EQ(rows().back().count("validation"), 1U);
  add("codec", 4);
  metrics.flush();
  EXPECT_EQ(rows().size(), 5U);
  metrics.keep_until("", 0);
  EXPECT_EQ(text(), "");
}

TEST_F(MetricsFileTest, TruncationIsAtomic) {
  add("voice", 1);
  add("voice", 2);
  metrics.flush();
  const std::string before = text();
  for (std::size_t n = 1; n <= 3; ++n) {  // write, sync, rename
    files.fail_at(n, support::FailureMode::kFromThenOn);
    EXPECT_THROW(metrics.keep_until("voice", 1), core::Error);
    EXPECT_EQ(text(), before);
  }
}

TEST_F(MetricsFileTest, NothingToRemoveWritesNothing) {
  metrics.keep_until("voice", 1);
  add("voice", 1);
  metrics.flush();
  files.clear_operations();
  metrics.keep_until("voice", 5);
  EXPECT_TRUE(files.operations().empty());
}

}  // namespace
}  // namespace myxtts::report
