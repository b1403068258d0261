import sys

from tinyvmaf_ray.cli import main

sys.exit(main())
