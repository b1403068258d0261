extension SyntheticScene {
  /// Computes frame `t`.
  func frame(_ t: Int) -> Picture {
    switch kind {
    case .meadow: meadow(t, seed: seed)
    case .zonePlate: zonePlate(t)
    case .bricks: bricks(t, seed: seed)
    case .grain: grain(t)
    case .night: night(t)
    case .zoom: zoom(t)
    case .sprites: sprites(t)
    case .cut: cut(t)
    }
  }

  /// A picture from luma as a function of luma coordinates and chroma as a function of the luma
  /// coordinates at its sites.
  private func picture(
    luma: (_ x: Int, _ y: Int) -> Int, cb: (_ x: Int, _ y: Int) -> Int,
    cr: (_ x: Int, _ y: Int) -> Int
  ) -> Picture {
    let (w, h) = ((width + 1) / 2, (height + 1) / 2)
    return Picture(planes: [
      Picture.Plane(width: width, height: height) { min(max(luma($0, $1), 16), 235) },
      Picture.Plane(width: w, height: h) { cb(2 * $0, 2 * $1) },
      Picture.Plane(width: w, height: h) { cr(2 * $0, 2 * $1) },
    ])
  }

  private func meadow(_ t: Int, seed: UInt64) -> Picture {
    let (dx, dy) = (t * 384, t * 64)
    return picture { x, y in
      let (u, v) = (x << 8 + dx, y << 8 + dy)
      let relief = Noise.fractal(u, v, shifts: 1...6, seed: seed, rough: true)
      return 126 + (relief - 128) * 9 / 5
    } cb: { x, y in
      112 + Noise.value(x << 8 + dx, y << 8 + dy, shift: 5, seed: seed &+ 11) / 8
    } cr: { x, y in
      108 + Noise.value(x << 8 + dx, y << 8 + dy, shift: 6, seed: seed &+ 12) / 6
    }
  }

  private func zonePlate(_ t: Int) -> Picture {
    let (cx, cy) = (width / 2, height * 3 / 8)
    let strip = height * 3 / 4
    return picture { x, y in
      if y >= strip {
        // Dark letters on a light ground: columns of 2 samples in words of 24.
        let word = Noise.hash(seed, x / 24, y / 10, 1) % 5
        let inked = Noise.hash(seed, (x + t) / 2, y / 10 * 4 + y % 10 / 3, 2) & 1 == 1
        return y % 10 < 8 && word > 0 && inked ? 30 : 215
      }
      let square = (x - cx) * (x - cx) + (y - cy) * (y - cy)
      return 126 + 100 * Noise.sine(square * 300 / width + t * 60) / 1024
    } cb: { x, y in
      y >= strip ? 128 : 128 + 40 * Noise.sine((x + 2 * t) * 4) / 1024
    } cr: { x, y in
      y >= strip ? 128 : 128 + 40 * Noise.sine((y + t) * 5) / 1024
    }
  }

  private func bricks(_ t: Int, seed: UInt64) -> Picture {
    let pan = 3 * t
    let post = (width * 2 - 7 * t) % (width + 40) - 20
    func tone(_ x: Int, _ y: Int) -> (brick: Int, isMortar: Bool) {
      let row = y / 12
      let shifted = x + pan + (row & 1) * 14
      let tone = Int(Noise.hash(seed, shifted / 28, row, 5) % 60)
      return (tone, y % 12 < 2 || shifted % 28 < 2)
    }
    return picture { x, y in
      if abs(x - post) < 12 { return 45 + (x - post) * 2 }
      let wall = tone(x, y)
      let fine = Noise.fractal((x + pan) << 8, y << 8, shifts: 0...2, seed: seed, rough: true)
      return (wall.isMortar ? 180 : 75 + wall.brick) + (fine - 128) / 3
    } cb: { x, y in
      abs(x - post) < 12 || tone(x, y).isMortar ? 128 : 108
    } cr: { x, y in
      abs(x - post) < 12 || tone(x, y).isMortar ? 128 : 150 + tone(x, y).brick / 4
    }
  }

  private func grain(_ t: Int) -> Picture {
    func shape(_ x: Int, _ y: Int) -> Int {
      let low = Noise.value((x + t) << 8, y << 8, shift: 6, seed: seed)
      return low > 140 ? 165 + (low - 140) / 3 : low < 110 ? 70 + low / 4 : 120
    }
    return picture { x, y in
      let fine = Noise.bell(seed, x, y, t)
      let coarse = Noise.bell(seed &+ 1, x / 2, y / 2, t)
      return shape(x, y) + (fine * 5 + coarse * 5) / 148
    } cb: { x, y in
      124 + (shape(x, y) - 120) / 8 + Noise.bell(seed &+ 2, x, y, t) * 2 / 148
    } cr: { x, y in
      132 - (shape(x, y) - 120) / 8 + Noise.bell(seed &+ 3, x, y, t) * 2 / 148
    }
  }

  private func night(_ t: Int) -> Picture {
    let cx = width / 4 + Noise.sine(t * 12) * width / 8192
    let cy = height / 3
    let reach = width * width / 8
    return picture { x, y in
      let slope = 256 * 18 + 256 * 16 * (x + y) / (width + height)
      let square = (x - cx) * (x - cx) + (y - cy) * (y - cy)
      let light = 256 * 40 * reach / (reach + 6 * square)
      let dither = Noise.bell(seed, x, y, t) * 60 / 148
      return (slope + light + dither) / 256
    } cb: { x, _ in
      132 + 6 * x / width
    } cr: { _, y in
      126 - 4 * y / height
    }
  }

  private func zoom(_ t: Int) -> Picture {
    let (cx, cy) = (width / 2, height / 2)
    let scale = 256 * 48 / (48 + t)
    return picture { x, y in
      let (u, v) = ((x - cx) * scale, (y - cy) * scale)
      let relief = Noise.fractal(u, v, shifts: 1...5, seed: seed, rough: true)
      let isLine = (u >> 8) & 31 < 2 || (v >> 8) & 31 < 2
      return isLine ? 220 : 110 + (relief - 128) * 3 / 2
    } cb: { x, y in
      116 + Noise.value((x - cx) * scale, (y - cy) * scale, shift: 5, seed: seed &+ 21) / 10
    } cr: { x, y in
      116 + Noise.value((x - cx) * scale, (y - cy) * scale, shift: 5, seed: seed &+ 22) / 10
    }
  }

  private func sprites(_ t: Int) -> Picture {
    struct Sprite { let x, y, radius, tone, cb, cr: Int; let isDisc: Bool }
    /// A position that goes to and fro between 0 and `limit`.
    func bounce(_ start: Int, _ speed: Int, _ limit: Int) -> Int {
      let phase = (start + speed * t) % (2 * limit)
      return phase < limit ? phase : 2 * limit - phase
    }
    let sprites = (0..<7).map { index in
      let bits = Noise.hash(seed, index, 7)
      func pick(_ shift: UInt64, _ range: Int) -> Int { Int((bits >> shift) % UInt64(range)) }
      return Sprite(
        x: bounce(pick(0, width), 1 + pick(10, 7), width),
        y: bounce(pick(16, height), 1 + pick(26, 5), height),
        radius: height / 16 + pick(32, height / 8), tone: 40 + pick(40, 170),
        cb: 90 + pick(46, 76), cr: 90 + pick(52, 76), isDisc: pick(60, 2) == 0)
    }
    func top(_ x: Int, _ y: Int) -> Sprite? {
      sprites.last { sprite in
        let (dx, dy) = (x - sprite.x, y - sprite.y)
        return sprite.isDisc
          ? dx * dx + dy * dy < sprite.radius * sprite.radius
          : abs(dx) < sprite.radius && abs(dy) < sprite.radius
      }
    }
    return picture { x, y in
      guard let sprite = top(x, y) else {
        return 60 + Noise.fractal(x << 8, y << 8, shifts: 2...5, seed: seed) / 2
      }
      return sprite.tone + ((x - sprite.x) >> 2 ^ (y - sprite.y) >> 2) % 16
    } cb: { x, y in
      top(x, y)?.cb ?? 124
    } cr: { x, y in
      top(x, y)?.cr ?? 130
    }
  }

  /// One scene, a cut in the middle, and another that fades to dark.
  private func cut(_ t: Int) -> Picture {
    let middle = frameCount / 2
    guard t >= middle else { return meadow(t, seed: seed &+ 100) }
    let light = 256 - 160 * (t - middle) / max(frameCount - middle, 1)
    return bricks(t, seed: seed &+ 100).mapPlanes { plane, index in
      let black = index == 0 ? 16 : 128
      return Picture.Plane(
        width: plane.width, height: plane.height,
        samples: plane.samples.map { UInt8(clamping: black + (Int($0) - black) * light / 256) })
    }
  }
}
