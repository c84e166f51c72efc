#include "hbf.h"

#include <string.h>

enum { HEAD = 44, SIGNED = 1, FLOAT = 2, MIXED = 4, PLANE = 8 };

static uint32_t le(const uint8_t *p, int bytes) {
  uint32_t v = 0;
  for (int i = 0; i < bytes; i++) v |= (uint32_t)p[i] << 8 * i;
  return v;
}

static float as_float(uint32_t bits) {
  float f;
  memcpy(&f, &bits, 4);
  return f;
}

/* CRC-32C (RFC 3720), a bit at a time. */
static uint32_t sum(const uint8_t *p, size_t count) {
  uint32_t crc = 0xffffffff;
  for (size_t i = 0; i < count; i++) {
    crc ^= p[i];
    for (int k = 0; k < 8; k++) crc = crc >> 1 ^ (0x82f63b78 & (0 - (crc & 1)));
  }
  return ~crc;
}

static size_t bytes_of(size_t bits) { return (bits + 7) / 8; }

/* Some bits, at most 32, from one on; the lowest comes first. */
static uint32_t bits_at(const uint8_t *p, uint64_t first, uint32_t count) {
  uint32_t v = 0;
  for (uint32_t i = 0; i < count; i++, first++) v |= (uint32_t)(p[first / 8] >> first % 8 & 1) << i;
  return v;
}

size_t hbf_size(const hbf_map *m) { return (size_t)m->channels * m->height * m->width; }

size_t hbf_open(const uint8_t *p, size_t count, hbf_map *m) {
  static const uint8_t magic[5] = {0x89, 'H', 'B', 'F', 1};
  if (count < HEAD || memcmp(p, magic, 5) != 0 || le(p + 40, 4) != sum(p, 40)) return 0;
  int flags = p[5];
  m->is_signed = flags & SIGNED, m->is_float = flags & FLOAT;
  m->is_mixed = flags & MIXED, m->is_plane = flags & PLANE;
  m->bits = p[6], m->tile = p[7];
  m->channels = le(p + 8, 4), m->height = le(p + 12, 4), m->width = le(p + 16, 4);
  m->scale = as_float(le(p + 20, 4));
  m->name_bytes = le(p + 24, 2), m->metadata_bytes = le(p + 26, 2), m->section_bytes = le(p + 28, 4);
  m->name = p + HEAD, m->metadata = m->name + m->name_bytes;
  m->sections = m->metadata + m->metadata_bytes;
  uint64_t text = (uint64_t)m->name_bytes + m->metadata_bytes, most = 1u << 26;
  if (m->tile != 2 && m->tile != 4 && m->tile != 8) return 0;
  if (m->is_float ? m->bits != 32 : m->bits < 4 || m->bits > 16) return 0;
  if (!m->channels || !m->height || !m->width || m->channels > most || m->height > most) return 0;
  if ((uint64_t)m->channels * m->height > most || m->width > most / m->channels / m->height) return 0;
  if (count - HEAD < text || count - HEAD - text < m->section_bytes) return 0;
  if (le(p + 32, 4) != sum(m->name, (size_t)text)) return 0;
  if (le(p + 36, 4) != sum(m->sections, m->section_bytes)) return 0;
  return HEAD + (size_t)text + m->section_bytes;
}

/* The number of a code. */
static float value(const hbf_map *m, uint32_t code) {
  if (m->is_float) return as_float(code);
  int32_t sign = m->is_signed ? 1 << (m->bits - 1) : 0;
  return (float)(((int32_t)code ^ sign) - sign) * m->scale;
}

int hbf_decode(const hbf_map *m, float *values) {
  uint32_t b = m->tile, down = (m->height + b - 1) / b, across = (m->width + b - 1) / b;
  size_t tiles = (size_t)m->channels * down * across, end = m->section_bytes, present = 0;
  if (bytes_of(tiles) > end) return 0;
  for (size_t t = 0; t < tiles; t++) present += bits_at(m->sections, t, 1);
  const uint8_t *modes = m->sections + bytes_of(tiles);
  size_t used = bytes_of(tiles) + (m->is_mixed ? bytes_of(present) : 0), bitmap_bits = 0;
  if (used > end) return 0;
  const uint8_t *bitmaps = m->sections + used, *codes = bitmaps;
  memset(values, 0, hbf_size(m) * sizeof *values);
  /* The first time finds where the bitmaps end and the codes start, the second reads them. */
  for (int reads = 0; reads < 2; reads++) {
    size_t tile = 0, rank = 0, bit = 0, code = 0;
    for (size_t row = 0; row < (size_t)m->channels * down; row++) {
      for (uint32_t column = 0; column < across; column++) {
        if (!bits_at(m->sections, tile++, 1)) continue;
        uint32_t y = (uint32_t)(row % down) * b, x = column * b;
        uint32_t h = m->height - y < b ? m->height - y : b, w = m->width - x < b ? m->width - x : b;
        int sparse = m->is_mixed && bits_at(modes, rank, 1);
        rank++;
        float *to = values + (row / down * m->height + y) * m->width + x;
        if (sparse && used + bytes_of(bit + h * w) > end) return 0;
        for (uint32_t i = 0; i < h * w; i++) {
          if (sparse && !bits_at(bitmaps, bit + i, 1)) continue;
          if (reads) {
            to[(size_t)(i / w) * m->width + i % w] =
                value(m, bits_at(codes, (uint64_t)code * m->bits, m->bits));
          }
          code++;
        }
        if (sparse) bit += h * w;
      }
    }
    bitmap_bits = bit;
    codes = bitmaps + bytes_of(bitmap_bits);
    if (used + bytes_of(bitmap_bits) + ((uint64_t)code * m->bits + 7) / 8 != end) return 0;
  }
  return 1;
}
