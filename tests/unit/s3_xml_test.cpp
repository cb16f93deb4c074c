#include <gtest/gtest.h>

#include "base/error.hpp"
#include "s3/xml.hpp"
#include "s3_bucket.hpp"

namespace sparkify::s3 {
namespace {

std::string listing(const std::string& inner, const std::string& truncated = "false") {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "
         "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>" +
         truncated + "</IsTruncated>" + inner + "</ListBucketResult>";
}

std::string object(const std::string& key) {
  return "<Contents><Key>" + key + "</Key><ETag>&quot;e1&quot;</ETag><Size>7</Size></Contents>";
}

TEST(S3Xml, ReadsAPage) {
  ListPage page = parse_list_page(
      listing("<EncodingType>url</EncodingType>" + object("a+b%2Bc%25%2F%C3%A9") + object("%20") +
                  "<CommonPrefixes/><NextContinuationToken>t/+=&amp;</NextContinuationToken>",
              "true"));
  ASSERT_EQ(page.objects.size(), 2u);
  EXPECT_EQ(page.objects[0].key, "a b+c%/\xC3\xA9");
  EXPECT_EQ(page.objects[0].etag, "e1");
  EXPECT_EQ(page.objects[0].size_bytes, 7u);
  EXPECT_EQ(page.objects[1].key, " ");
  EXPECT_TRUE(page.is_truncated);
  EXPECT_EQ(page.next_token, "t/+=&");
}

TEST(S3Xml, TakesKeysAsTheyStandWhereTheServerDoesNotEncode) {
  ListPage page = parse_list_page(listing(object("a+b%2B&lt;&amp;&#x41; ") + object(" ")));
  EXPECT_EQ(page.objects[0].key, "a+b%2B<&A ");
  EXPECT_EQ(page.objects[1].key, " ");
}

TEST(S3Xml, RefusesPagesCutAnywhere) {
  std::string whole = listing(object("a") + object("b"));
  parse_list_page(whole);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::string cut = whole.substr(0, size);
    EXPECT_THROW(parse_list_page(cut), base::Error) << cut;
    EXPECT_TRUE(looks_cut_short(cut)) << cut;
  }
}

TEST(S3Xml, RefusesPagesThatAreNotS3s) {
  for (const std::string& text :
       {std::string("<!DOCTYPE html><html><body>Welcome<br></body></html>"), std::string("{}"),
        std::string("<Error><Code>X</Code></Error>"), std::string("Not found")}) {
    base::Error error = error_of([&] { parse_list_page(text); });
    EXPECT_EQ(error.kind(), base::ErrorKind::bad_data);
    EXPECT_NE(error.message().find("not S3's"), std::string::npos) << error.message();
    EXPECT_FALSE(looks_cut_short(text)) << text;
  }
}

TEST(S3Xml, RefusesPagesThatContradictThemselves) {
  EXPECT_THROW(parse_list_page(listing("", "true")), base::Error);
  EXPECT_THROW(parse_list_page(listing("", "")), base::Error);
  EXPECT_THROW(parse_list_page(listing("<Contents><Size>1</Size></Contents>")), base::Error);
  for (const char* size : {"", "-1", "1.5", "99999999999999999999999", "x"}) {
    EXPECT_THROW(parse_list_page(listing("<Contents><Key>a</Key><Size>" + std::string(size) +
                                         "</Size></Contents>")),
                 base::Error)
        << size;
  }
}

TEST(S3Xml, ReadsErrorsAndNothingElseAsErrors) {
  ErrorBody body = parse_error(
      "<?xml version=\"1.0\"?><Error><Code>AuthorizationHeaderMalformed</Code><Message>m &amp; n"
      "</Message><Region>eu-west-1</Region><RequestId>R</RequestId></Error>");
  EXPECT_EQ(body.code, "AuthorizationHeaderMalformed");
  EXPECT_EQ(body.message, "m & n");
  EXPECT_EQ(body.region, "eu-west-1");
  for (const char* text : {"", "<html/>", "<Error><Code>X</Code>", "plain"}) {
    EXPECT_EQ(parse_error(text).code, "") << text;
  }
}

TEST(S3Xml, WritesPartsThatServersRead) {
  EXPECT_EQ(write_parts({{"\"e<1>\"", "AAAA=="}}),
            "<?xml version=\"1.0\"?><CompleteMultipartUpload "
            "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Part><PartNumber>1</PartNumber>"
            "<ETag>\"e&lt;1&gt;\"</ETag><ChecksumCRC32C>AAAA==</ChecksumCRC32C></Part>"
            "</CompleteMultipartUpload>");
  EXPECT_EQ(write_parts({{"e", ""}}).find("Checksum"), std::string::npos);
}

TEST(S3Xml, ReadsWhatUploadsAnswer) {
  EXPECT_EQ(parse_upload_id("<InitiateMultipartUploadResult><UploadId>a+/=</UploadId>"
                            "</InitiateMultipartUploadResult>"),
            "a+/=");
  EXPECT_THROW(parse_upload_id("<InitiateMultipartUploadResult/>"), base::Error);
  EXPECT_THROW(check_completed("<Error/>"), base::Error);
  // Blanks keep the connection alive while a large object is put together.
  check_completed("<?xml version=\"1.0\"?>\n   \n <CompleteMultipartUploadResult/>");
  check_completed(" \n <?xml version=\"1.0\"?><CompleteMultipartUploadResult/>");
  check_completed(
      "  \n<CompleteMultipartUploadResult><ETag>x</ETag>"
      "</CompleteMultipartUploadResult>");
}

}  // namespace
}  // namespace sparkify::s3
