// milkway: the command line program.

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "clients/cli/console.h"
#include "clients/cli/failure.h"
#include "clients/cli/interrupt.h"
#include "clients/cli/program.h"

int main(int argc, char** argv) {
  // Signals are taken by one thread that may lock and call; all others, those of gRPC
  // too, inherit the mask.
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigaddset(&stops, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);
  // Never destroyed: the thread may wait on it until the process is gone.
  static milkway::cli::Interrupt& interrupt = *new milkway::cli::Interrupt;
  std::thread([stops] {
    for (bool first = true;; first = false) {
      int signal = 0;
      if (sigwait(&stops, &signal) != 0) continue;
      // Asked twice, the person does not want to wait for tidying up.
      if (!first) _exit(milkway::cli::kInterrupted);
      interrupt.Request();
    }
  }).detach();

  milkway::cli::Console console(&std::cout, &std::cerr, isatty(STDERR_FILENO) == 1);
  return milkway::cli::RunProgram(std::vector<std::string>(argv + 1, argv + argc), {}, &console,
                                  &interrupt);
}
