#!/usr/bin/env bash
# The program $MYXTTS_PROGRAM on simulated GPUs, as the end-to-end scripts start it (tests/end_to_end/common.sh). Which
# GPUs, and the flags that name them to commands with two roles, MYXTTS_SIMULATED says:
#   two     a GPU for each role, with peer access       shared  one for both, --share-gpu
#   staged  the same without peer access                one     one for both, without a flag
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
export MYXTTS_BUILD=0
case $MYXTTS_SIMULATED in
  two) gpus=(--gpus 2) flags=(--data-gpu 0 --model-gpu 1) ;;
  staged) gpus=(--gpus 2 --no-peer) flags=(--data-gpu 0 --model-gpu 1) ;;
  shared) gpus=(--gpus 1) flags=(--share-gpu) ;;
  one) gpus=(--gpus 1) flags=() ;;
  *) echo "MYXTTS_SIMULATED is '$MYXTTS_SIMULATED'; expected two, staged, shared or one" >&2 && exit 2 ;;
esac
case ${1-} in
  make-data) exec "$MYXTTS_PROGRAM" "$@" ;; # uses no device
  train | profile | validate) set -- "$1" "${flags[@]}" "${@:2}" ;;
esac
exec "$root/scripts/simulated_gpus" "${gpus[@]}" "$MYXTTS_PROGRAM" "$@"
