/* Loaded into a service by LD_PRELOAD: errors of the disk and jumps of the wall clock, on demand.
 *
 * CHAOS_SWITCH names a path; while `<path>.eio` exists every fsync and fdatasync fails with EIO, and
 * `<path>.clock` holds the seconds by which the wall clock is wrong. The monotonic clock is true.
 * While `<path>.synced` exists it is told what is on the disk: a line for each sync, size and file.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define LOOK_NANOSECONDS 50000000L
#define LONGEST_PATH 512

static int (*real_gettime)(clockid_t, struct timespec *);
static long long wrong_by;
static struct timespec looked_at;

static void path_of(char *out, const char *suffix) {
    const char *base = getenv("CHAOS_SWITCH");
    out[0] = 0;
    if (base) snprintf(out, LONGEST_PATH, "%s%s", base, suffix);
}

static int disk_is_broken(void) {
    char path[LONGEST_PATH];
    path_of(path, ".eio");
    return path[0] && access(path, F_OK) == 0;
}

static long long clock_error(void) {
    struct timespec now;
    if (!real_gettime) real_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    real_gettime(CLOCK_MONOTONIC, &now);
    long long since = (now.tv_sec - looked_at.tv_sec) * 1000000000LL + (now.tv_nsec - looked_at.tv_nsec);
    if (looked_at.tv_sec && since < LOOK_NANOSECONDS) return wrong_by;
    looked_at = now;
    char path[LONGEST_PATH], text[32];
    path_of(path, ".clock");
    int file = path[0] ? open(path, O_RDONLY) : -1;
    if (file < 0) return wrong_by = 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    text[length > 0 ? length : 0] = 0;
    return wrong_by = atoll(text);
}

/* What was there before a sync survives a power cut; the rest is the page cache's. */
static long long size_of(int file) {
    struct stat about;
    return fstat(file, &about) == 0 ? (long long)about.st_size : -1;
}

static int told(int file, long long size, int result) {
    char path[LONGEST_PATH], link[64], name[LONGEST_PATH], line[2 * LONGEST_PATH];
    path_of(path, ".synced");
    if (result != 0 || size < 0 || !path[0] || access(path, F_OK) != 0) return result;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, name, sizeof name - 1);
    int book = length > 0 ? open(path, O_WRONLY | O_APPEND) : -1;
    if (book < 0) return result;
    name[length] = 0;
    int long_as = snprintf(line, sizeof line, "%lld %s\n", size, name);
    if (write(book, line, long_as) != long_as) abort();
    close(book);
    return result;
}

int fdatasync(int file) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
    if (disk_is_broken()) { errno = EIO; return -1; }
    long long size = size_of(file);
    return told(file, size, real(file));
}

int fsync(int file) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fsync");
    if (disk_is_broken()) { errno = EIO; return -1; }
    long long size = size_of(file);
    return told(file, size, real(file));
}

int clock_gettime(clockid_t which, struct timespec *out) {
    long long error = which == CLOCK_REALTIME ? clock_error() : 0;
    if (!real_gettime) real_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    int result = real_gettime(which, out);
    out->tv_sec += error;
    return result;
}

int gettimeofday(struct timeval *out, void *zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}
