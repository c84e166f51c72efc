/* hbf FILE: lists an archive. hbf FILE NAME: writes a map's float32 values to standard output. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hbf.h"

static uint8_t *read_all(const char *path, size_t *count) {
  FILE *f = fopen(path, "rb");
  if (!f || fseek(f, 0, SEEK_END) != 0 || ftell(f) < 0) return NULL;
  *count = (size_t)ftell(f);
  rewind(f);
  uint8_t *bytes = malloc(*count + 1);
  if (bytes && fread(bytes, 1, *count, f) != *count) return NULL;
  fclose(f);
  return bytes;
}

static int write_map(const hbf_map *m) {
  size_t size = hbf_size(m);
  float *values = malloc(size * sizeof *values);
  int good = values && hbf_decode(m, values) && fwrite(values, sizeof *values, size, stdout) == size;
  free(values);
  return good ? 0 : 1;
}

int main(int argc, char **argv) {
  size_t count = 0, at = 0, length;
  uint8_t *bytes = argc > 1 ? read_all(argv[1], &count) : NULL;
  if (!bytes) {
    fprintf(stderr, "usage: hbf FILE [NAME]\n");
    return 2;
  }
  hbf_map m;
  int found = 0, status = 0;
  for (; !found && at < count && (length = hbf_open(bytes + at, count - at, &m)) > 0; at += length) {
    if (argc == 2) {
      printf("%.*s [%u,%u,%u]\n", (int)m.name_bytes, (const char *)m.name, m.channels, m.height, m.width);
    } else if (strlen(argv[2]) == m.name_bytes && !memcmp(argv[2], m.name, m.name_bytes)) {
      found = 1;
      status = write_map(&m);
    }
  }
  if (!found && at < count) fprintf(stderr, "hbf: %s: damaged at byte %zu\n", argv[1], at);
  if (!found) status = argc == 2 && at == count ? 0 : 1;
  free(bytes);
  return status;
}
