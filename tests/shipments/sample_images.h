// Small pictures as a browser makes them, and what phones put into theirs.

#ifndef MILKWAY_TESTS_SHIPMENTS_SAMPLE_IMAGES_H_
#define MILKWAY_TESTS_SHIPMENTS_SAMPLE_IMAGES_H_

#include <string>

namespace milkway::shipments {

// "photo.jpg", "photo.png", "photo.webp" (without a header of its own), "transparent.webp".
std::string SampleImage(const std::string& name);

// The same with `text` where its kind keeps what a camera says.
std::string WithPlanted(const std::string& name, const std::string& text);

}  // namespace milkway::shipments

#endif  // MILKWAY_TESTS_SHIPMENTS_SAMPLE_IMAGES_H_
