// What keeps a process's secrets in the process.

#ifndef MILKWAY_SERVICES_MILKWAYD_PROCESS_GUARD_H_
#define MILKWAY_SERVICES_MILKWAYD_PROCESS_GUARD_H_

namespace milkway {

// Files that the process makes are its user's alone (0600, folders 0700). Unless
// `core_dumps`, its memory is never written to a core file, and other processes of the
// user cannot look into it. First thing in main.
void GuardProcess(bool core_dumps);

// Takes as many file descriptors as the system allows, and gives how many of `wanted`
// connections leave enough for the store.
int ConnectionsWithinDescriptors(int wanted);

}  // namespace milkway

#endif  // MILKWAY_SERVICES_MILKWAYD_PROCESS_GUARD_H_
