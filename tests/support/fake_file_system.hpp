#pragma once
// The real file system below one folder; records the operations that change it and injects failures.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/file_system.hpp"
#include "support/temporary_folder.hpp"

namespace myxtts::support {

enum class FailureMode {
  kOnce,        // one operation fails
  kFromThenOn,  // it and all later ones fail: the disk is gone, or the process was killed there
};

// Counts and records every operation that changes something: "write a/b", "sync_file a/b", "rename a b", ... with paths
// relative to the root. Operations are counted from 1. A write that fails leaves half of its bytes.
class FakeFileSystem : public core::FileSystem {
 public:
  explicit FakeFileSystem(core::Path root) : root_(std::move(root)) {}

  void fail_at(std::size_t operation, FailureMode mode) {
    fail_at_ = operations_.size() + operation;
    mode_ = mode;
  }
  void never_fail() { fail_at_ = 0; }
  // `act` is called before each operation.
  void before_each(std::function<void()> act) { before_each_ = std::move(act); }
  void clear_operations() { operations_.clear(); }
  [[nodiscard]] const std::vector<std::string>& operations() const { return operations_; }

  std::string read(const core::Path& file) const override { return real().read(file); }
  bool exists(const core::Path& path) const override { return real().exists(path); }
  std::vector<std::string> list(const core::Path& folder) const override { return real().list(folder); }
  std::string read_symlink(const core::Path& link) const override { return real().read_symlink(link); }

  void create_directories(const core::Path& folder) override {
    change("create_directories " + name(folder), [&] { real().create_directories(folder); });
  }
  void write(const core::Path& file, std::span<const std::string_view> parts) override {
    const auto fail = [&] { real().write(file, parts.first(parts.size() / 2)); };
    change(
        "write " + name(file), [&] { real().write(file, parts); }, fail);
  }
  void append(const core::Path& file, std::string_view text) override {
    const auto fail = [&] { real().append(file, text.substr(0, text.size() / 2)); };
    change(
        "append " + name(file), [&] { real().append(file, text); }, fail);
  }
  void sync_file(const core::Path& file) override {
    change("sync_file " + name(file), [&] { real().sync_file(file); });
  }
  void sync_directory(const core::Path& folder) override {
    change("sync_directory " + name(folder), [&] { real().sync_directory(folder); });
  }
  void rename(const core::Path& from, const core::Path& to) override {
    change("rename " + name(from) + " " + name(to), [&] { real().rename(from, to); });
  }
  void remove_all(const core::Path& path) override {
    change("remove_all " + name(path), [&] { real().remove_all(path); });
  }
  void create_symlink(const std::string& target, const core::Path& link) override {
    change("create_symlink " + name(link), [&] { real().create_symlink(target, link); });
  }
  void create_hard_link(const core::Path& target, const core::Path& link) override {
    change("create_hard_link " + name(link), [&] { real().create_hard_link(target, link); });
  }

 private:
  static core::FileSystem& real() { return core::local_file_system(); }
  [[nodiscard]] std::string name(const core::Path& path) const { return path.lexically_relative(root_).string(); }

  void change(
      std::string operation, const std::function<void()>& act, const std::function<void()>& fail = [] {}) {
    if (before_each_) before_each_();
    operations_.push_back(std::move(operation));
    const std::size_t number = operations_.size();
    const bool fails = fail_at_ > 0 && (mode_ == FailureMode::kOnce ? number == fail_at_ : number >= fail_at_);
    if (!fails) return act();
    if (number == fail_at_) fail();
    throw core::Error("injected failure: " + operations_.back());
  }

  core::Path root_;
  std::function<void()> before_each_;
  std::vector<std::string> operations_;
  std::size_t fail_at_ = 0;
  FailureMode mode_ = FailureMode::kOnce;
};

}  // namespace myxtts::support
