#include "clients/cli/sync_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace milkway::cli {

int SyncFolder(const std::string& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  const int error = fsync(descriptor) == 0 ? 0 : errno;
  close(descriptor);
  return error;
}

}  // namespace milkway::cli
