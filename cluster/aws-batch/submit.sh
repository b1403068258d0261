#!/usr/bin/env bash
# Extracts a corpus as an AWS Batch array job; submit it again to continue.
#
#   aws batch register-job-definition --cli-input-json file://aws-batch/job-definition.json
#   aws-batch/submit.sh QUEUE 64
set -euo pipefail
queue=${1:?the job queue}
shards=${2:?the number of shards, at least 2}
aws batch submit-job --job-name tinyvmaf-extract --job-queue "$queue" \
  --job-definition tinyvmaf-extract --array-properties "size=$shards" \
  --parameters "shards=$shards"
