#include "storage/layered_reader.h"

#include <memory>
#include <utility>

#include "rocksdb/db.h"
#include "rocksdb/options.h"
#include "storage/rocksdb_status.h"

namespace milkway::storage {

namespace {

rocksdb::Slice ToSlice(absl::string_view bytes) { return {bytes.data(), bytes.size()}; }
absl::string_view FromSlice(rocksdb::Slice slice) { return {slice.data(), slice.size()}; }

// A place in the rows of one layer, moving in one direction. The range must not
// end before it begins.
class LayerCursor {
 public:
  LayerCursor(const WriteSet& layer, const KeyRange& range, ScanOrder order)
      : order_(order),
        begin_(layer.rows().lower_bound(range.from)),
        end_(range.to.empty() ? layer.rows().end() : layer.rows().lower_bound(range.to)) {}

  bool Valid() const { return begin_ != end_; }
  absl::string_view key() const { return at()->first; }
  const WriteSet::Value& value() const { return at()->second; }
  void Next() { order_ == ScanOrder::kAscending ? ++begin_ : --end_; }

 private:
  // What is left is [begin, end); it is walked from one of its ends.
  WriteSet::Rows::const_iterator at() const {
    return order_ == ScanOrder::kAscending ? begin_ : std::prev(end_);
  }

  ScanOrder order_;
  WriteSet::Rows::const_iterator begin_;
  WriteSet::Rows::const_iterator end_;
};

// A place in the rows of the engine, moving in one direction.
class EngineCursor {
 public:
  EngineCursor(rocksdb::DB& db, const rocksdb::Snapshot* snapshot, const KeyRange& range,
               ScanOrder order)
      : order_(order), from_(ToSlice(range.from)), to_(ToSlice(range.to)) {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot;
    options.iterate_lower_bound = &from_;
    if (!range.to.empty()) options.iterate_upper_bound = &to_;
    iterator_.reset(db.NewIterator(options));
    if (order == ScanOrder::kAscending) {
      iterator_->Seek(from_);
    } else {
      // The upper bound is not in the range, so this stands on the last row.
      iterator_->SeekToLast();
    }
  }

  bool Valid() const { return iterator_->Valid(); }
  absl::string_view key() const { return FromSlice(iterator_->key()); }
  absl::string_view value() const { return FromSlice(iterator_->value()); }
  void Next() { order_ == ScanOrder::kAscending ? iterator_->Next() : iterator_->Prev(); }
  absl::Status status() const { return FromRocksDb(iterator_->status()); }

 private:
  ScanOrder order_;
  rocksdb::Slice from_;
  rocksdb::Slice to_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

}  // namespace

absl::StatusOr<std::optional<std::string>> LayeredReader::Get(absl::string_view key) const {
  for (const WriteSet* layer : layers_) {
    if (const WriteSet::Value* written = layer->Find(key)) return *written;
  }
  rocksdb::ReadOptions options;
  options.snapshot = snapshot_;
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = db_.Get(options, db_.DefaultColumnFamily(), ToSlice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return FromRocksDb(status);
  return std::optional<std::string>(value.ToString());
}

absl::Status LayeredReader::Scan(const KeyRange& range, ScanOrder order, Visitor visit) const {
  const bool range_is_empty = !range.to.empty() && range.to <= range.from;
  if (range_is_empty) return absl::OkStatus();
  const auto comes_before = [order](absl::string_view a, absl::string_view b) {
    return order == ScanOrder::kAscending ? a < b : b < a;
  };
  std::vector<LayerCursor> layers;
  for (const WriteSet* layer : layers_) {
    LayerCursor cursor(*layer, range, order);
    if (cursor.Valid()) layers.push_back(cursor);
  }
  EngineCursor engine(db_, snapshot_, range, order);
  while (true) {
    if (!engine.Valid()) {
      if (absl::Status status = engine.status(); !status.ok()) return status;
    }
    // The nearest key of the layers; of equal ones the first layer's.
    LayerCursor* nearest = nullptr;
    for (LayerCursor& layer : layers) {
      if (layer.Valid() && (nearest == nullptr || comes_before(layer.key(), nearest->key()))) {
        nearest = &layer;
      }
    }
    if (engine.Valid() && (nearest == nullptr || comes_before(engine.key(), nearest->key()))) {
      if (!visit(engine.key(), engine.value())) return absl::OkStatus();
      engine.Next();
      continue;
    }
    if (nearest == nullptr) return absl::OkStatus();
    const absl::string_view key = nearest->key();
    if (nearest->value().has_value() && !visit(key, *nearest->value())) return absl::OkStatus();
    // The same key of those below was overwritten by the nearest.
    if (engine.Valid() && engine.key() == key) engine.Next();
    for (LayerCursor& layer : layers) {
      if (&layer != nearest && layer.Valid() && layer.key() == key) layer.Next();
    }
    nearest->Next();
  }
}

}  // namespace milkway::storage
