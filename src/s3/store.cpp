#include "s3/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "s3/client.hpp"
#include "s3/read_ahead.hpp"
#include "s3/writer.hpp"
#include "s3/xml.hpp"

namespace sparkify::s3 {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::size_t most_connections = 256;

Error broken_listing(const Location& location, const std::string& what) {
  return Error(ErrorKind::unavailable, "the listing is broken: " + what)
      .at({location.path(), 0, 0, {}})
      .hint("the server does not list as S3 does; nothing was loaded");
}

/// Goes through the pages of a listing; the next one is under way while one is looked at.
class Listing {
 public:
  Listing(Client& client, Location location) : client_(client), location_(std::move(location)) {}

  base::Listing run(const base::ObjectStore::Arrived& arrived) {
    auto pending = ask({});
    for (;;) {
      ListPage page = pending.get();
      bool is_last = !page.is_truncated;
      if (!is_last) {
        if (!tokens_.insert(page.next_token).second) {
          throw broken_listing(location_, "it comes back to a page it had given");
        }
        pending = ask(page.next_token);
      }
      std::size_t before = listing_.objects.size();
      take(page);
      if (arrived) arrived(std::span(listing_.objects).subspan(before));
      if (is_last) break;
    }
    if (listing_.objects.empty()) {
      throw Error(ErrorKind::not_found, "no object's key begins so")
          .at({location_.path(), 0, 0, {}})
          .hint(fmt::format("list what is there: `aws s3 ls s3://{}/`", location_.bucket));
    }
    return std::move(listing_);
  }

 private:
  std::future<ListPage> ask(const std::string& token) {
    Call call;
    call.subject = {"s3:ListBucket", location_.bucket, location_.key, location_.path()};
    call.query = {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", location_.key}};
    if (!token.empty()) call.query.emplace_back("continuation-token", token);
    auto page = std::make_shared<ListPage>();
    call.find_fault = [page, path = location_.path()](const net::HttpResponse& response) {
      return find_misfit(response, path, [&] { *page = parse_list_page(response.body); });
    };
    auto promise = std::make_shared<std::promise<ListPage>>();
    client_.start(std::move(call), [promise, page](Outcome outcome) {
      if (auto* refusal = std::get_if<Refusal>(&outcome)) {
        promise->set_exception(std::make_exception_ptr(refusal->error));
      } else {
        promise->set_value(std::move(*page));
      }
    });
    return promise->get_future();
  }

  /// Keys must go up from page to page, or some would be loaded twice or never.
  void take(ListPage& page) {
    std::sort(page.objects.begin(), page.objects.end(),
              [](const auto& left, const auto& right) { return left.key < right.key; });
    for (auto& object : page.objects) {
      if (!object.key.starts_with(location_.key)) {
        throw broken_listing(location_, fmt::format("\"{}\" was not asked for", object.key));
      }
      if (last_key_ && object.key <= *last_key_) {
        throw broken_listing(location_,
                             fmt::format("\"{}\" comes after \"{}\"", object.key, *last_key_));
      }
      bool is_folder_mark = object.size_bytes == 0 && object.key.ends_with('/');
      if (!is_folder_mark) {
        listing_.objects.push_back(
            {location_.path_of(object.key), object.size_bytes, std::move(object.etag)});
      }
      last_key_ = std::move(object.key);
    }
  }

  Client& client_;
  Location location_;
  base::Listing listing_;
  std::set<std::string> tokens_;
  std::optional<std::string> last_key_;
};

}  // namespace

class Store::Body {
 public:
  Body(Options options, std::shared_ptr<aws::CredentialProvider> credentials)
      : client_(std::make_unique<Client>(
            Client::Options{Endpoint(options.endpoint, options.addressing), options.region,
                            options.connections, options.stall_timeout, options.ca_bundle},
            std::move(credentials))),
        read_ahead_(*client_, options.connections, options.read_ahead_bytes) {}
  /// The client's calls end while there is someone to report to.
  ~Body() { client_->end(); }
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

  Client& client() { return *client_; }
  ReadAhead& read_ahead() { return read_ahead_; }

 private:
  std::unique_ptr<Client> client_;
  ReadAhead read_ahead_;
};

Store::Store(Options options, std::shared_ptr<aws::CredentialProvider> credentials) {
  options.connections = std::clamp<std::size_t>(options.connections, 1, most_connections);
  body_ = std::make_unique<Body>(std::move(options), std::move(credentials));
}

Store::~Store() = default;

base::Listing Store::list(std::string_view prefix, const Arrived& arrived) {
  return Listing(body_->client(), locate(prefix)).run(arrived);
}

void Store::expect(std::span<const base::ObjectEntry> entries) {
  body_->read_ahead().expect(entries);
}

bool Store::is_far(std::string_view /*path*/) const { return true; }

std::unique_ptr<base::Object> Store::open(const base::ObjectEntry& entry) {
  return body_->read_ahead().open(entry);
}

std::unique_ptr<base::ObjectWriter> Store::create(std::string_view path) {
  return make_writer(body_->client(), path);
}

void Store::remove(std::span<const base::ObjectEntry> entries) {
  std::vector<std::future<Outcome>> outcomes;
  for (const base::ObjectEntry& entry : entries) {
    Location location = locate(entry.path);
    Call call;
    call.subject = {"s3:DeleteObject", location.bucket, location.key, entry.path};
    call.method = "DELETE";
    call.key = location.key;
    auto promise = std::make_shared<std::promise<Outcome>>();
    outcomes.push_back(promise->get_future());
    body_->client().start(std::move(call),
                          [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
  }
  std::optional<Error> first;
  for (auto& each : outcomes) {
    Outcome outcome = each.get();
    auto* refusal = std::get_if<Refusal>(&outcome);
    if (refusal != nullptr && !first) first = std::move(refusal->error);
  }
  if (first) throw *first;
}

void Store::interrupt() { body_->client().interrupt(); }

}  // namespace sparkify::s3
