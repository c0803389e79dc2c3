#include "core/file_descriptor.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace myxtts::core {
namespace {

int open_null() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
bool is_open(int descriptor) { return ::fcntl(descriptor, F_GETFD) >= 0; }

TEST(FileDescriptor, ClosesItsFileAtItsEnd) {
  const int number = open_null();
  { const FileDescriptor file(number); }
  EXPECT_FALSE(is_open(number));
}

TEST(FileDescriptor, AMovedOneHasNoFile) {
  FileDescriptor first(open_null());
  const int number = first.get();
  const FileDescriptor second = std::move(first);
  EXPECT_FALSE(first.is_open());
  EXPECT_EQ(second.get(), number);
  EXPECT_TRUE(is_open(number));
}

TEST(FileDescriptor, ClosesOnce) {
  FileDescriptor file(open_null());
  EXPECT_TRUE(file.close());
  EXPECT_FALSE(file.is_open());
  EXPECT_TRUE(file.close());
}

TEST(FileDescriptor, WhatTheSystemRefusesToCloseIsAFailure) {
  const int number = open_null();
  FileDescriptor file(number);
  ASSERT_EQ(::close(number), 0);
  EXPECT_FALSE(file.close());
}

}  // namespace
}  // namespace myxtts::core
