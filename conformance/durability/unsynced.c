// Makes a process crash look like a power cut for SQLite's write-ahead logs: what is written to a file whose name ends in "-wal"
// stays in this library's memory until fsync or fdatasync, so SIGKILL drops what was never synced. kill -9 alone cannot tell a
// missing fsync, because the kernel keeps a dead process's writes. Linux with glibc, loaded by LD_PRELOAD.
// Each such file has a whole image here, with the ranges that are not on disk yet; reads and sizes come from the image.
// UNSYNCED_COUNT names a file that gets one byte for each sync of such a file.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FILES 1024

typedef struct {
  int tracked;
  char *image;
  off_t size, capacity, offset;
  off_t dirty_from, dirty_to; // one range that covers all unsynced writes
  int resized;
} file_t;

static file_t files[MAX_FILES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) { fprintf(stderr, "unsynced: no %s\n", name); abort(); }
  return found;
}

static file_t *file_of(int fd) { return fd >= 0 && fd < MAX_FILES && files[fd].tracked ? &files[fd] : NULL; }

static void reserve(file_t *f, off_t size) {
  if (size <= f->capacity) return;
  off_t capacity = size * 2 + 65536;
  f->image = realloc(f->image, capacity);
  if (!f->image) abort();
  memset(f->image + f->capacity, 0, capacity - f->capacity);
  f->capacity = capacity;
}

static int opened(int fd, const char *path) {
  size_t length = strlen(path);
  if (fd < 0 || length < 4 || strcmp(path + length - 4, "-wal") != 0) return fd;
  if (fd >= MAX_FILES) { fprintf(stderr, "unsynced: descriptor %d is too high\n", fd); abort(); }
  pthread_mutex_lock(&lock);
  file_t *f = &files[fd];
  memset(f, 0, sizeof *f);
  f->size = REAL(lseek64)(fd, 0, SEEK_END);
  REAL(lseek64)(fd, 0, SEEK_SET);
  reserve(f, f->size);
  for (off_t at = 0; at < f->size;) {
    ssize_t got = REAL(pread64)(fd, f->image + at, f->size - at, at);
    if (got <= 0) { f->size = at; break; }
    at += got;
  }
  f->tracked = 1;
  pthread_mutex_unlock(&lock);
  return fd;
}

// Puts the image on disk: what a sync promises, and what a close leaves in the kernel's hands.
static int put(file_t *f, int fd) {
  if (f->resized && REAL(ftruncate64)(fd, f->size) != 0) return -1;
  off_t to = f->dirty_to < f->size ? f->dirty_to : f->size;
  for (off_t at = f->dirty_from; at < to;) {
    ssize_t wrote = REAL(pwrite64)(fd, f->image + at, to - at, at);
    if (wrote < 0) return -1;
    at += wrote;
  }
  f->dirty_from = f->dirty_to = f->resized = 0;
  return 0;
}

static ssize_t overlay_write(file_t *f, const void *bytes, size_t count, off_t at) {
  off_t end = at + (off_t)count;
  reserve(f, end);
  memcpy(f->image + at, bytes, count);
  if (end > f->size) f->size = end;
  if (f->dirty_to == f->dirty_from) { f->dirty_from = at; f->dirty_to = end; }
  if (at < f->dirty_from) f->dirty_from = at;
  if (end > f->dirty_to) f->dirty_to = end;
  return (ssize_t)count;
}

static ssize_t overlay_read(file_t *f, void *bytes, size_t count, off_t at) {
  if (at >= f->size) return 0;
  if ((off_t)count > f->size - at) count = (size_t)(f->size - at);
  memcpy(bytes, f->image + at, count);
  return (ssize_t)count;
}

static void count_sync(void) {
  const char *path = getenv("UNSYNCED_COUNT");
  if (!path) return;
  int fd = REAL(open64)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return;
  if (REAL(write)(fd, ".", 1) < 0) fprintf(stderr, "unsynced: cannot count\n");
  REAL(close)(fd);
}

static int synced(int fd, int (*sync)(int)) {
  pthread_mutex_lock(&lock);
  file_t *f = file_of(fd);
  int result = f ? put(f, fd) : 0;
  if (f) count_sync();
  pthread_mutex_unlock(&lock);
  return result == 0 ? sync(fd) : result;
}

int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

#define WITH_MODE \
  mode_t mode = 0; \
  if (flags & (O_CREAT | O_TMPFILE)) { \
    va_list rest; \
    va_start(rest, flags); \
    mode = va_arg(rest, mode_t); \
    va_end(rest); \
  }
int open(const char *path, int flags, ...) { WITH_MODE return opened(REAL(open)(path, flags, mode), path); }
int open64(const char *path, int flags, ...) { WITH_MODE return opened(REAL(open64)(path, flags, mode), path); }
int openat(int folder, const char *path, int flags, ...) { WITH_MODE return opened(REAL(openat)(folder, path, flags, mode), path); }

int close(int fd) {
  pthread_mutex_lock(&lock);
  file_t *f = file_of(fd);
  if (f) { put(f, fd); free(f->image); memset(f, 0, sizeof *f); }
  pthread_mutex_unlock(&lock);
  return REAL(close)(fd);
}

// Runs the overlay's way for a tracked file, the kernel's for every other; the lock is not held during the kernel's.
#define OVERLAID(type, mine, theirs) \
  pthread_mutex_lock(&lock); \
  file_t *f = file_of(fd); \
  type result = f ? (type)(mine) : 0; \
  pthread_mutex_unlock(&lock); \
  return f ? result : theirs;
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  OVERLAID(ssize_t, overlay_write(f, bytes, count, at), REAL(pwrite64)(fd, bytes, count, at))
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return pwrite64(fd, bytes, count, at); }
ssize_t pread64(int fd, void *bytes, size_t count, off64_t at) {
  OVERLAID(ssize_t, overlay_read(f, bytes, count, at), REAL(pread64)(fd, bytes, count, at))
}
ssize_t pread(int fd, void *bytes, size_t count, off_t at) { return pread64(fd, bytes, count, at); }

static int resize(file_t *f, off_t size) {
  reserve(f, size);
  if (size < f->size) memset(f->image + size, 0, f->size - size);
  f->size = size;
  f->resized = 1;
  return 0;
}
int ftruncate64(int fd, off64_t size) { OVERLAID(int, resize(f, size), REAL(ftruncate64)(fd, size)) }
int ftruncate(int fd, off_t size) { OVERLAID(int, resize(f, size), REAL(ftruncate64)(fd, size)) }

// SQLite of this Node asks by pwrite64 and pread64; one that seeks and writes would slip past, so that is refused aloud.
static ssize_t refused(int fd) { fprintf(stderr, "unsynced: plain write to log descriptor %d\n", fd); abort(); }
ssize_t write(int fd, const void *bytes, size_t count) { if (file_of(fd)) return refused(fd); return REAL(write)(fd, bytes, count); }

static int sized(int fd, int result, off_t *size) {
  pthread_mutex_lock(&lock);
  file_t *f = file_of(fd);
  if (result == 0 && f) *size = f->size;
  pthread_mutex_unlock(&lock);
  return result;
}
int fstat(int fd, struct stat *out) { return sized(fd, REAL(fstat)(fd, out), &out->st_size); }
int fstat64(int fd, struct stat64 *out) { return sized(fd, REAL(fstat64)(fd, out), &out->st_size); }
int __fxstat(int version, int fd, struct stat *out) {
  int (*next)(int, int, struct stat *) = (int (*)(int, int, struct stat *))real("__fxstat");
  return sized(fd, next(version, fd, out), &out->st_size);
}
int __fxstat64(int version, int fd, struct stat64 *out) {
  int (*next)(int, int, struct stat64 *) = (int (*)(int, int, struct stat64 *))real("__fxstat64");
  return sized(fd, next(version, fd, out), &out->st_size);
}
