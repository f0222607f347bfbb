/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/clock/vdso.h"

#include "base/core/buf.h"
#include "base/core/xalloc.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

enum {
    ALIGN_BYTES = 64,
    SCRATCH_BYTES = 640, /* the larger filter of filter.h with its header */
    SLOTS_MIN = 8,
    IMAGE_MAX_BYTES = 16 * 1024,
    SYMBOLS_MAX = 256
};

struct dynamic {
    uint64_t symbols_at, strings_at, strings_size, hash_at;
};

static int refuse(struct err *err, const char *why)
{
    err_set(err, ERR_UNAVAILABLE, "clocks cannot be moved on this kernel: %s", why);
    err_hint(err, "use the real clock with short lifetimes");
    return -1;
}

/* The length of the mapping, which the ELF header does not tell. */
static size_t mapping_size(uint64_t base)
{
    AUTO_BUF struct buf maps = {0};
    struct err ignored = {0};
    if (fs_read_file("/proc/self/maps", (size_t)4 * 1024 * 1024, &maps, &ignored) < 0) {
        return 0;
    }
    struct str rest = buf_str(&maps), line;
    while (str_split(&rest, '\n', &line)) {
        unsigned long from = 0, to = 0;
        char text[64];
        (void)snprintf(text, sizeof(text), "%.*s", STR_ARG(line));
        if (sscanf(text, "%lx-%lx", &from, &to) == 2 && from == base) {
            return to - from;
        }
    }
    return 0;
}

static bool fits(const struct vdso *v, uint64_t at, uint64_t size)
{
    return at <= v->size && size <= v->size - at;
}

static bool read_dynamic(const struct vdso *v, uint64_t at, uint64_t size, struct dynamic *ret)
{
    struct dynamic d = {0};
    for (uint64_t i = 0; i + sizeof(Elf64_Dyn) <= size; i += sizeof(Elf64_Dyn)) {
        Elf64_Dyn entry;
        if (!fits(v, at + i, sizeof(entry))) {
            return false;
        }
        memcpy(&entry, v->image + at + i, sizeof(entry));
        switch (entry.d_tag) {
        case DT_SYMTAB:
            d.symbols_at = entry.d_un.d_ptr;
            break;
        case DT_STRTAB:
            d.strings_at = entry.d_un.d_ptr;
            break;
        case DT_STRSZ:
            d.strings_size = entry.d_un.d_val;
            break;
        default:
            break;
        }
    }
    *ret = d;
    return d.symbols_at != 0 && d.strings_at > d.symbols_at &&
           fits(v, d.strings_at, d.strings_size);
}

/* Points one symbol at our code and notes where it pointed. */
static void redirect(struct vdso *v, size_t at, Elf64_Sym *symbol, const char *name)
{
    const struct vdso_layout *code = vdso_layout();
    const struct {
        const char *name;
        size_t *original, through, raw;
    } rows[] = {
        {"clock_gettime", &v->gettime, code->gettime, code->raw_gettime},
        {"gettimeofday", &v->gettimeofday, code->gettimeofday, code->raw_gettimeofday},
        {"time", &v->time, code->time, code->raw_time},
    };
    const char *plain = strncmp(name, "__vdso_", 7) == 0 ? name + 7 : name;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (strcmp(plain, rows[i].name) == 0) {
            *rows[i].original = symbol->st_value;
            symbol->st_value = v->block_at + (v->raw ? rows[i].raw : rows[i].through);
            memcpy(v->symbols + at, symbol, sizeof(*symbol));
        }
    }
}

/* The string table follows the symbol table in every vDSO, which bounds the number of symbols. */
static bool read_symbols(struct vdso *v, const struct dynamic *d)
{
    v->symbols_at = d->symbols_at;
    v->symbols_size = (d->strings_at - d->symbols_at) / sizeof(Elf64_Sym) * sizeof(Elf64_Sym);
    if (v->symbols_size > SYMBOLS_MAX * sizeof(Elf64_Sym)) {
        return false;
    }
    v->symbols = xmalloc(v->symbols_size);
    memcpy(v->symbols, v->image + v->symbols_at, v->symbols_size);
    for (size_t at = 0; at < v->symbols_size; at += sizeof(Elf64_Sym)) {
        Elf64_Sym symbol;
        memcpy(&symbol, v->symbols + at, sizeof(symbol));
        const char *name = (const char *)v->image + d->strings_at + symbol.st_name;
        bool named = symbol.st_name < d->strings_size &&
                     memchr(name, '\0', d->strings_size - symbol.st_name) != NULL;
        if (named && ELF64_ST_TYPE(symbol.st_info) == STT_FUNC && fits(v, symbol.st_value, 1)) {
            redirect(v, at, &symbol, name);
        }
    }
    return v->gettime != 0 && v->gettimeofday != 0 && v->time != 0;
}

/* Our block, the scratch room and the slots share what is not loaded of the last page: free room,
 * and the section headers, which only debuggers read (vdso_patch() takes them out of the header).
 */
static bool place_block(struct vdso *v, uint64_t used)
{
    size_t at = (used + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;
    v->block_at = at;
    v->scratch_at = at + (vdso_layout()->size + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;
    v->scratch_size = SCRATCH_BYTES;
    v->slots_at = v->scratch_at + v->scratch_size;
    if (v->slots_at + (size_t)SLOTS_MIN * VDSO_SLOT_BYTES > v->size) {
        return false;
    }
    v->slot_count = (v->size - v->slots_at) / VDSO_SLOT_BYTES;
    return true;
}

/* Whether the kernel's vDSO reads this clock source by itself (arch/x86/include/asm/vdso). */
static bool clock_needs_call(void)
{
    AUTO_BUF struct buf name = {0};
    struct err ignored = {0};
    if (fs_read_file("/sys/devices/system/clocksource/clocksource0/current_clocksource", 256, &name,
                     &ignored) < 0) {
        return false; /* the filter's stops keep it right all the same */
    }
    struct str source = str_trim(buf_str(&name));
    return !str_eq_z(source, "tsc") && !str_eq_z(source, "kvm-clock") &&
           !str_eq_z(source, "hyperv_clocksource_tsc_page");
}

static int study_image(struct vdso *v, struct err *err)
{
    Elf64_Ehdr header;
    memcpy(&header, v->image, sizeof(header));
    if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64) {
        return refuse(err, "its vDSO is not a 64-bit ELF image");
    }
    uint64_t used = 0;
    Elf64_Phdr dynamic = {0};
    for (unsigned i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr part;
        uint64_t at = header.e_phoff + (uint64_t)i * sizeof(part);
        if (!fits(v, at, sizeof(part))) {
            return refuse(err, "its vDSO is damaged");
        }
        memcpy(&part, v->image + at, sizeof(part));
        if (part.p_type == PT_DYNAMIC) {
            dynamic = part;
        }
        if (part.p_type == PT_LOAD && (part.p_vaddr != 0 || part.p_offset != 0)) {
            return refuse(err, "its vDSO is laid out in an unknown way");
        }
        used = part.p_type == PT_LOAD ? part.p_memsz : used;
    }
    struct dynamic tables;
    if (!read_dynamic(v, dynamic.p_offset, dynamic.p_filesz, &tables)) {
        return refuse(err, "its vDSO has no symbol table");
    }
    if (!place_block(v, used)) {
        return refuse(err, "its vDSO has no free room");
    }
    v->raw = clock_needs_call();
    if (!read_symbols(v, &tables)) {
        return refuse(err, "its vDSO lacks a clock function");
    }
    return 0;
}

int vdso_study(struct vdso *ret, struct err *err)
{
    uint64_t base = getauxval(AT_SYSINFO_EHDR);
    struct vdso v = {.size = base != 0 ? mapping_size(base) : 0};
    if (v.size < sizeof(Elf64_Ehdr) || v.size > IMAGE_MAX_BYTES) {
        return refuse(err, "this process has no vDSO");
    }
    AUTO_FD int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    v.image = xmalloc(v.size);
    if (mem < 0 || pread(mem, v.image, v.size, (off_t)base) != (ssize_t)v.size) {
        vdso_done(&v);
        return refuse(err, "its vDSO cannot be read");
    }
    if (study_image(&v, err) < 0) {
        vdso_done(&v);
        return -1;
    }
    *ret = v;
    return 0;
}

void vdso_done(struct vdso *v)
{
    free(v->image);
    free(v->symbols);
    *v = (struct vdso){0};
}

uint64_t vdso_find(pid_t pid)
{
    char path[64];
    (void)snprintf(path, sizeof(path), "/proc/%ld/auxv", (long)pid);
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    Elf64_auxv_t entries[64];
    ssize_t n = fd < 0 ? -1 : read(fd, entries, sizeof(entries));
    for (ssize_t i = 0; i < n / (ssize_t)sizeof(entries[0]); i++) {
        if (entries[i].a_type == AT_SYSINFO_EHDR) {
            return entries[i].a_un.a_val;
        }
    }
    return 0;
}

static bool write_at(int mem_fd, uint64_t at, const void *p, size_t size)
{
    return pwrite(mem_fd, p, size, (off_t)at) == (ssize_t)size;
}

bool vdso_patch(const struct vdso *v, int mem_fd, uint64_t base, const struct clock_offsets *offset)
{
    unsigned char seen[IMAGE_MAX_BYTES];
    if (pread(mem_fd, seen, v->size, (off_t)base) != (ssize_t)v->size ||
        memcmp(seen, v->image, v->size) != 0) {
        return false;
    }
    const struct vdso_words words = {.offset = *offset,
                                     .gettime = base + v->gettime,
                                     .gettimeofday = base + v->gettimeofday,
                                     .time = base + v->time};
    unsigned char block[4096];
    size_t size = vdso_layout()->size;
    Elf64_Ehdr header;
    memcpy(&header, v->image, sizeof(header));
    header.e_shoff = 0;
    header.e_shnum = 0;
    header.e_shstrndx = SHN_UNDEF;
    memcpy(block, vdso_code(), size);
    memcpy(block, &words, sizeof(words));
    return write_at(mem_fd, base, &header, sizeof(header)) &&
           write_at(mem_fd, base + v->block_at, block, size) &&
           write_at(mem_fd, base + v->symbols_at, v->symbols, v->symbols_size);
}

bool vdso_set_offset(const struct vdso *v, int mem_fd, uint64_t base,
                     const struct clock_offsets *offset)
{
    struct clock_offsets now;
    uint64_t at = base + v->block_at;
    /* Writing would make a process that was just forked a copy of the page. */
    bool is_set = pread(mem_fd, &now, sizeof(now), (off_t)at) == (ssize_t)sizeof(now) &&
                  memcmp(&now, offset, sizeof(now)) == 0;
    return is_set || write_at(mem_fd, at, offset, sizeof(*offset));
}
