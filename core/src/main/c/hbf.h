/* Reads heat-map archives (docs/heatmap-format.md). C99, no allocation. */
#ifndef HBF_H
#define HBF_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  const uint8_t *name, *metadata, *sections; /* within the archive; not ended by zero */
  uint32_t name_bytes, metadata_bytes, section_bytes;
  uint32_t channels, height, width, tile, bits;
  int is_signed, is_float, is_mixed, is_plane;
  float scale;
} hbf_map;

/* Reads the head of the record that starts at bytes, and checks every checksum. Gives the record's
 * length in bytes, 0 where bytes hold no whole record. */
size_t hbf_open(const uint8_t *bytes, size_t count, hbf_map *map);

/* Numbers of the map. */
size_t hbf_size(const hbf_map *map);

/* Decodes the map into hbf_size floats, channel by channel, row by row. Gives 0 where its sections
 * are not what they should be; values are undefined then. */
int hbf_decode(const hbf_map *map, float *values);

#endif
