#include "preparation/preparation.hpp"

namespace myxtts::preparation {

contracts::BatchHeader header_of(const planning::BatchPlan& plan) {
  contracts::BatchHeader header;
  header.sequence = plan.sequence;
  header.epoch = plan.epoch;
  header.micro_step = plan.micro_step;
  header.micro_steps = plan.micro_steps;
  return header;
}

}  // namespace myxtts::preparation
