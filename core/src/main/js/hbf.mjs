// Reads heat-map archives (docs/heatmap-format.md), in browsers and in Node.
//
//   import { maps } from "./hbf.mjs";
//   for (const map of maps(bytes)) { map.name; map.metadata; map.shape; map.values(); }

const HEAD = 44;
const MAGIC = [0x89, 0x48, 0x42, 0x46, 1];
const [SIGNED, FLOAT, MIXED, PLANE] = [1, 2, 4, 8];

const SUMS = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0x82f63b78 : n >>> 1;
  return n;
});

/** CRC-32C (RFC 3720). */
function sum(bytes) {
  let crc = -1;
  for (const b of bytes) crc = (crc >>> 8) ^ SUMS[(crc ^ b) & 255];
  return ~crc >>> 0;
}

function need(holds, what) {
  if (!holds) throw new RangeError(`heat-map archive: ${what}`);
}

const bytesOf = (bits) => Math.ceil(bits / 8);
const bitAt = (bytes, i) => (bytes[Math.floor(i / 8)] >> i % 8) & 1;

/** Some bits, at most 32, from one on, the lowest first. */
function bitsAt(bytes, first, count) {
  let value = 0;
  for (let i = 0; i < count; i++) value |= bitAt(bytes, first + i) << i;
  return value >>> 0;
}

function metadata(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = new TextDecoder("utf-8", { fatal: true });
  const pairs = [];
  for (let at = 0; at < bytes.length; ) {
    const length = view.getUint16(at, true);
    pairs.push(text.decode(bytes.subarray(at + 2, at + 2 + length)));
    at += 2 + length;
  }
  return new Map(pairs.flatMap((p, i) => (i % 2 ? [] : [[p, pairs[i + 1]]])));
}

function decode(head, bytes) {
  const { channels, height, width, tile, bits, flags, scale } = head;
  const down = Math.ceil(height / tile);
  const across = Math.ceil(width / tile);
  const tiles = channels * down * across;
  need(bytesOf(tiles) <= bytes.length, "a map is too short");
  let present = 0;
  for (let t = 0; t < tiles; t++) present += bitAt(bytes, t);
  const modes = bytes.subarray(bytesOf(tiles));
  const bitmaps = modes.subarray(flags & MIXED ? bytesOf(present) : 0);
  const sign = flags & SIGNED ? 1 << (bits - 1) : 0;
  const single = new DataView(new ArrayBuffer(4));
  const value = (code) => {
    if (!(flags & FLOAT)) return ((code ^ sign) - sign) * scale;
    single.setUint32(0, code);
    return single.getFloat32(0);
  };
  const values = new Float32Array(channels * height * width);
  let codes = bitmaps;
  // The first time finds where the bitmaps end and the codes start, the second reads them.
  for (const reads of [false, true]) {
    let [rank, bit, code] = [0, 0, 0];
    for (let t = 0; t < tiles; t++) {
      if (!bitAt(bytes, t)) continue;
      const row = Math.floor(t / across);
      const [y, x] = [(row % down) * tile, (t % across) * tile];
      const [h, w] = [Math.min(tile, height - y), Math.min(tile, width - x)];
      const start = (Math.floor(row / down) * height + y) * width + x;
      const sparse = flags & MIXED && bitAt(modes, rank);
      rank++;
      for (let i = 0; i < h * w; i++) {
        if (sparse && !bitAt(bitmaps, bit + i)) continue;
        if (reads) {
          values[start + Math.floor(i / w) * width + (i % w)] = value(bitsAt(codes, code * bits, bits));
        }
        code++;
      }
      if (sparse) bit += h * w;
    }
    codes = bitmaps.subarray(bytesOf(bit));
    need(bytesOf(bit) <= bitmaps.length && codes.length === bytesOf(code * bits), "a map is of another length");
  }
  return values;
}

/** The maps of an archive, one after the other; a RangeError where it is damaged. */
export function* maps(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const head = bytes.subarray(at, at + HEAD);
    need(head.length === HEAD && MAGIC.every((m, i) => head[i] === m), `no record at byte ${at}`);
    const view = new DataView(head.buffer, head.byteOffset, HEAD);
    need(view.getUint32(40, true) === sum(head.subarray(0, 40)), `damaged at byte ${at}`);
    const [flags, bits, tile] = head.subarray(5, 8);
    const [channels, height, width] = [8, 12, 16].map((i) => view.getUint32(i, true));
    need(channels * height * width <= 2 ** 26, "a map is too large");
    const text = at + HEAD;
    const notes = text + view.getUint16(24, true);
    const sections = notes + view.getUint16(26, true);
    const end = sections + view.getUint32(28, true);
    need(end <= bytes.length, `cut off at byte ${at}`);
    need(view.getUint32(32, true) === sum(bytes.subarray(text, sections)), `damaged at byte ${at}`);
    need(view.getUint32(36, true) === sum(bytes.subarray(sections, end)), `damaged at byte ${at}`);
    const fields = { channels, height, width, tile, bits, flags, scale: view.getFloat32(20, true) };
    yield {
      name: new TextDecoder().decode(bytes.subarray(text, notes)),
      metadata: metadata(bytes.subarray(notes, sections)),
      shape: flags & PLANE ? [height, width] : [channels, height, width],
      values: () => decode(fields, bytes.subarray(sections, end)),
    };
    at = end;
  }
}
