# shellcheck shell=bash
# Sourced by ops/up after the import of this folder, in the root of the repository, with
# $bin (the folder of the programs) and MILKWAY_SERVER set.

# The gift that is shown.
export DEMO_GIFT=gift-2025-001

# On 12 March 2026 class 3A recorded student 24 as served, who had gone home. The fixed
# request id makes a second run change nothing. correction.json says the same for
# tests/scenarios/reference_model.py.
# shellcheck disable=SC2154
"$bin/milkway" correct-distribution changyuan --on 2026-03-12 --class 3A --session daily \
  --line "product=devondale-instant-1kg,lot=SAMPLE-25B,serving_g=25,students=21-23;25-26;28-30,wasted_g=0" \
  --reason "Student 24 had gone home before the milk was served" \
  --request-id 019ce0f8-6f00-7c1d-9a52-4b7e2d3f6a18
