/* SPDX-License-Identifier: Apache-2.0 */
/* Replays a corpus folder (or single files) through a fuzz target, so that every build and every
 * sanitizer runs what the fuzzer has found before. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        fprintf(stderr, "cannot open %s\n", path);
        return -1;
    }
    uint8_t *data = malloc(1 << 20);
    size_t size = data ? fread(data, 1, 1 << 20, f) : 0;
    fclose(f);
    uint8_t *exact = malloc(size ? size : 1); /* so that ASan sees one byte too many */
    if (data && exact) {
        for (size_t i = 0; i < size; i++) {
            exact[i] = data[i];
        }
        LLVMFuzzerTestOneInput(exact, size);
    }
    free(exact);
    free(data);
    return 0;
}

static int replay_dir(const char *path, int *count)
{
    DIR *d = opendir(path);
    if (!d) {
        fprintf(stderr, "cannot open %s\n", path);
        return -1;
    }
    int result = 0;
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        char file[4096];
        if (e->d_name[0] == '.') {
            continue;
        }
        snprintf(file, sizeof(file), "%s/%s", path, e->d_name);
        result |= replay_file(file);
        (*count)++;
    }
    closedir(d);
    return result;
}

int main(int argc, char **argv)
{
    int count = 0, result = 0;
    for (int i = 1; i < argc; i++) {
        struct stat st;
        if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode)) {
            result |= replay_dir(argv[i], &count);
        } else {
            result |= replay_file(argv[i]);
            count++;
        }
    }
    printf("replayed %d inputs\n", count);
    return result != 0 || count == 0 ? 1 : 0;
}
