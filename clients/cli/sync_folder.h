// Names on the disk: a file that was made or renamed is there after the power went.

#ifndef MILKWAY_CLIENTS_CLI_SYNC_FOLDER_H_
#define MILKWAY_CLIENTS_CLI_SYNC_FOLDER_H_

#include <string>

namespace milkway::cli {

// The names in `folder` are on the disk when it returns. 0, or the errno of what failed.
int SyncFolder(const std::string& folder);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_SYNC_FOLDER_H_
