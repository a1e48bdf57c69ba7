package main

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/aliyun/aliyun-oss-go-sdk/oss"
)

type check struct {
	name   string
	action func()
}

var client, bucket = open()

func open() (*oss.Client, *oss.Bucket) {
	client, err := oss.New(os.Getenv("OSS_ENDPOINT"), os.Getenv("OSS_ACCESS_KEY_ID"), os.Getenv("OSS_ACCESS_KEY_SECRET"))
	must(err)
	bucket, err := client.Bucket(os.Getenv("OSS_BUCKET"))
	must(err)
	return client, bucket
}

func bucketWith(id, secret string, options ...oss.ClientOption) *oss.Bucket {
	other, err := oss.New(os.Getenv("OSS_ENDPOINT"), id, secret, options...)
	must(err)
	found, err := other.Bucket(bucketName)
	must(err)
	return found
}

func own(options ...oss.ClientOption) *oss.Bucket {
	return bucketWith(os.Getenv("OSS_ACCESS_KEY_ID"), os.Getenv("OSS_ACCESS_KEY_SECRET"), options...)
}

func v4(more ...oss.ClientOption) []oss.ClientOption {
	return append(more, oss.AuthVersion(oss.AuthV4), oss.Region(os.Getenv("OSS_REGION")))
}

func refused(status int, code string, err error) {
	if err == nil {
		panic("no " + code)
	}
	found, ok := err.(oss.ServiceError)
	hold(ok && found.StatusCode == status && found.Code == code && len(found.RequestID) == 24, fmt.Sprintf("%#v", err))
}

func put(to *oss.Bucket, key string, body []byte, options ...oss.Option) {
	must(to.PutObject(key, bytes.NewReader(body), options...))
}

func readErr(from *oss.Bucket, key string, options ...oss.Option) ([]byte, error) {
	stream, err := from.GetObject(key, options...)
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	return io.ReadAll(stream)
}

func read(from *oss.Bucket, key string, options ...oss.Option) []byte {
	body, err := readErr(from, key, options...)
	must(err)
	return body
}

func failing(_ any, err error) error { return err }

func keysBelow(prefix string) []string {
	var keys []string
	token := ""
	for {
		page, err := bucket.ListObjectsV2(oss.Prefix(prefix), oss.MaxKeys(3), oss.ContinuationToken(token))
		must(err)
		for _, found := range page.Objects {
			keys = append(keys, found.Key)
		}
		if !page.IsTruncated {
			return keys
		}
		token = page.NextContinuationToken
	}
}

func openUploads() []string {
	page, err := bucket.ListMultipartUploads()
	must(err)
	ids := []string{}
	for _, upload := range page.Uploads {
		ids = append(ids, upload.UploadID)
	}
	return ids
}

func tagsOf(tags []oss.Tag) map[string]string {
	found := map[string]string{}
	for _, tag := range tags {
		found[tag.Key] = tag.Value
	}
	return found
}

var checks = []check{
	{"a bucket is created and listed", func() {
		must(client.CreateBucket(bucketName))
		listed, err := client.ListBuckets(oss.Prefix(bucketName))
		must(err)
		hold(len(listed.Buckets) == 1 && listed.Buckets[0].Name == bucketName, listed)
		info, err := client.GetBucketInfo(bucketName)
		must(err)
		hold(info.BucketInfo.Name == bucketName && info.BucketInfo.ACL == "private", info)
		location, err := client.GetBucketLocation(bucketName)
		must(err)
		hold(location == "oss-"+os.Getenv("OSS_REGION"), location)
		_, err = client.GetBucketStat(bucketName)
		must(err)
	}},
	{"an object is put read ranged and headed", func() {
		key, body := "odd keys/a+b c%20d你.txt", bytes.Repeat([]byte("hello 你好 "), 1000)
		var answer http.Header
		put(bucket, key, body, oss.Meta("author", "someone"), oss.ContentType("text/plain"), oss.GetResponseHeader(&answer))
		hold(answer.Get("ETag") == fmt.Sprintf("\"%X\"", md5.Sum(body)), answer)
		hold(bytes.Equal(read(bucket, key), body))
		hold(bytes.Equal(read(bucket, key, oss.Range(3, 9)), body[3:10]))
		head, err := bucket.GetObjectDetailedMeta(key)
		must(err)
		hold(head.Get("X-Oss-Meta-Author") == "someone" && head.Get("Content-Type") == "text/plain", head)
		hold(head.Get("Content-Length") == fmt.Sprint(len(body)) && head.Get("X-Oss-Object-Type") == "Normal", head)
		_, err = bucket.GetObjectMeta(key)
		must(err)
		exists, err := bucket.IsObjectExist(key + "x")
		hold(err == nil && !exists, err)
		refused(409, "FileAlreadyExists", bucket.PutObject(key, bytes.NewReader(body), oss.ForbidOverWrite(true)))
	}},
	{"an object is copied whole and in parts", func() {
		body := random(300 * 1024)
		put(bucket, "copy/source 你", body, oss.Meta("author", "someone"))
		_, err := bucket.CopyObject("copy/source 你", "copy/same")
		must(err)
		hold(bytes.Equal(read(bucket, "copy/same"), body))
		_, err = bucket.CopyObject("copy/source 你", "copy/other", oss.MetadataDirective(oss.MetaReplace), oss.Meta("author", "another"))
		must(err)
		head, err := bucket.GetObjectDetailedMeta("copy/other")
		must(err)
		hold(head.Get("X-Oss-Meta-Author") == "another", head)
		must(bucket.CopyFile(bucketName, "copy/source 你", "copy/parts", 100*1024, oss.Routines(3)))
		hold(bytes.Equal(read(bucket, "copy/parts"), body))
		refused(404, "NoSuchKey", failing(bucket.CopyObject("copy/missing", "copy/x")))
	}},
	{"an object is appended to", func() {
		next, err := bucket.AppendObject("log", strings.NewReader("one,"), 0)
		must(err)
		hold(next == 4, next)
		next, err = bucket.AppendObject("log", strings.NewReader("two"), next)
		must(err)
		hold(next == 7 && string(read(bucket, "log")) == "one,two", next)
		refused(409, "PositionNotEqualToLength", failing(bucket.AppendObject("log", strings.NewReader("x"), 3)))
	}},
	{"listing pages and delimits", func() {
		var wanted, names []string
		for number := range 7 {
			folder := fmt.Sprintf("list/%d & 你/", number)
			wanted = append(wanted, folder)
			put(bucket, folder+"x", []byte("x"))
		}
		put(bucket, "list/file", []byte("x"))
		wanted = append(wanted, "list/file")
		marker := ""
		for {
			page, err := bucket.ListObjects(oss.Prefix("list/"), oss.Delimiter("/"), oss.MaxKeys(3), oss.Marker(marker))
			must(err)
			names = append(names, page.CommonPrefixes...)
			for _, found := range page.Objects {
				names = append(names, found.Key)
			}
			if marker = page.NextMarker; !page.IsTruncated {
				break
			}
		}
		hold(slices.Equal(names, wanted), names)
		hold(len(keysBelow("list/")) == 8)
	}},
	{"parts are listed page by page and completed", func() {
		upload, err := bucket.InitiateMultipartUpload("by-hand 你")
		must(err)
		hold(slices.Equal(openUploads(), []string{upload.UploadID}), openUploads())
		var parts []oss.UploadPart
		bodies := [][]byte{random(100 * 1024), random(100 * 1024), []byte("tail")}
		for number, body := range bodies {
			part, err := bucket.UploadPart(upload, bytes.NewReader(body), int64(len(body)), number+1)
			must(err)
			parts = append(parts, part)
		}
		first, err := bucket.ListUploadedParts(upload, oss.MaxParts(2))
		must(err)
		hold(len(first.UploadedParts) == 2 && first.IsTruncated && first.NextPartNumberMarker == "2", first)
		rest, err := bucket.ListUploadedParts(upload, oss.PartNumberMarker(2))
		must(err)
		hold(len(rest.UploadedParts) == 1 && rest.UploadedParts[0].Size == 4 && !rest.IsTruncated, rest)
		done, err := bucket.CompleteMultipartUpload(upload, parts)
		must(err)
		hold(strings.HasSuffix(strings.Trim(done.ETag, "\""), "-3"), done)
		hold(bytes.Equal(read(bucket, "by-hand 你"), bytes.Join(bodies, nil)))
	}},
	{"an abort ends an upload", func() {
		upload, err := bucket.InitiateMultipartUpload("given-up")
		must(err)
		part, err := bucket.UploadPart(upload, strings.NewReader("xxxx"), 4, 1)
		must(err)
		must(bucket.AbortMultipartUpload(upload))
		refused(404, "NoSuchUpload", failing(bucket.ListUploadedParts(upload)))
		refused(404, "NoSuchUpload", failing(bucket.UploadPart(upload, strings.NewReader("x"), 1, 1)))
		refused(404, "NoSuchUpload", bucket.AbortMultipartUpload(upload))
		refused(404, "NoSuchUpload", failing(bucket.CompleteMultipartUpload(upload, []oss.UploadPart{part})))
		hold(len(openUploads()) == 0, openUploads())
	}},
	{"an interrupted upload resumes from its checkpoint", func() {
		path, body := randomFile("thirty.bin", 30*mib)
		line := &brokenLine{}
		line.parts.Store(15)
		broken := own(oss.HTTPClient(&http.Client{Transport: line}))
		record := path + ".cp"
		hold(broken.UploadFile("thirty.bin", path, mib, oss.Routines(4), oss.Checkpoint(true, record)) != nil)
		hold(len(openUploads()) == 1, openUploads())
		line.parts.Store(30)
		must(broken.UploadFile("thirty.bin", path, mib, oss.Routines(4), oss.Checkpoint(true, record)))
		sent := 30 - line.parts.Load()
		hold(sent >= 15 && sent < 30, sent)
		must(bucket.DownloadFile("thirty.bin", path+".copy", mib, oss.Routines(4)))
		copied, err := os.ReadFile(path + ".copy")
		must(err)
		hold(bytes.Equal(copied, body))
		hold(len(openUploads()) == 0, openUploads())
	}},
	{"a symlink leads to its target", func() {
		put(bucket, "target 你", []byte("the target"))
		must(bucket.PutSymlink("link", "target 你"))
		found, err := bucket.GetSymlink("link")
		must(err)
		hold(found.Get(oss.HTTPHeaderOssSymlinkTarget) == "target 你", found)
		hold(string(read(bucket, "link")) == "the target")
	}},
	{"tags are put read and deleted", func() {
		put(bucket, "tagged", []byte("x"), oss.SetTagging(oss.Tagging{Tags: []oss.Tag{{Key: "from", Value: "header"}}}))
		found, err := bucket.GetObjectTagging("tagged")
		must(err)
		hold(len(found.Tags) == 1 && tagsOf(found.Tags)["from"] == "header", found)
		must(bucket.PutObjectTagging("tagged", oss.Tagging{Tags: []oss.Tag{{Key: "colour", Value: "red"}, {Key: "a b", Value: "c+d"}}}))
		found, err = bucket.GetObjectTagging("tagged")
		must(err)
		hold(len(found.Tags) == 2 && tagsOf(found.Tags)["a b"] == "c+d", found)
		must(bucket.DeleteObjectTagging("tagged"))
		found, err = bucket.GetObjectTagging("tagged")
		must(err)
		hold(len(found.Tags) == 0, found)
		must(client.SetBucketTagging(bucketName, oss.Tagging{Tags: []oss.Tag{{Key: "team", Value: "storage"}}}))
		team, err := client.GetBucketTagging(bucketName)
		must(err)
		hold(tagsOf(team.Tags)["team"] == "storage", team)
		must(client.DeleteBucketTagging(bucketName))
	}},
	{"acls decide what a stranger may read", func() {
		address := os.Getenv("OSS_ENDPOINT") + "/" + bucketName + "/public"
		status := func(method string) int { got, _, _ := fetch(method, address, nil, nil); return got }
		put(bucket, "public", []byte("for all"))
		acl, err := bucket.GetObjectACL("public")
		must(err)
		hold(acl.ACL == "default", acl)
		hold(status("GET") == 403)
		must(bucket.SetObjectACL("public", oss.ACLPublicRead))
		acl, err = bucket.GetObjectACL("public")
		must(err)
		hold(acl.ACL == "public-read" && status("GET") == 200, acl)
		must(bucket.SetObjectACL("public", oss.ACLDefault))
		must(client.SetBucketACL(bucketName, oss.ACLPublicRead))
		whole, err := client.GetBucketACL(bucketName)
		must(err)
		hold(whole.ACL == "public-read" && status("GET") == 200 && status("PUT") == 403, whole)
		must(client.SetBucketACL(bucketName, oss.ACLPrivate))
	}},
	{"lifecycle rules are put read and deleted", func() {
		refused(404, "NoSuchLifecycle", failing(client.GetBucketLifecycle(bucketName)))
		rule := oss.LifecycleRule{ID: "logs", Prefix: "logs/", Status: "Enabled", Expiration: &oss.LifecycleExpiration{Days: 30},
			AbortMultipartUpload: &oss.LifecycleAbortMultipartUpload{Days: 7}}
		must(client.SetBucketLifecycle(bucketName, []oss.LifecycleRule{rule}))
		found, err := client.GetBucketLifecycle(bucketName)
		must(err)
		hold(len(found.Rules) == 1 && found.Rules[0].ID == "logs" && found.Rules[0].Prefix == "logs/", found)
		hold(found.Rules[0].Expiration.Days == 30 && found.Rules[0].AbortMultipartUpload.Days == 7, found)
		must(client.DeleteBucketLifecycle(bucketName))
		refused(404, "NoSuchLifecycle", failing(client.GetBucketLifecycle(bucketName)))
	}},
	{"presigned urls of v1 put and get", func() { presignedUrls(bucket) }},
	{"presigned urls of v4 put and get", func() { presignedUrls(own(v4()...)) }},
	{"v4 signatures are understood", func() {
		signed, key := own(v4()...), "v4/a+b c%20d你.txt"
		put(signed, key, []byte("v4"), oss.Meta("author", "someone"))
		hold(string(read(signed, key)) == "v4")
		page, err := signed.ListObjectsV2(oss.Prefix("v4/"), oss.Delimiter("/"))
		must(err)
		hold(len(page.Objects) == 1 && page.Objects[0].Key == key, page)
		path, body := randomFile("v4.bin", 300*1024)
		must(signed.UploadFile("v4/parts", path, 100*1024, oss.Routines(3)))
		hold(bytes.Equal(read(signed, "v4/parts"), body))
		deleted, err := signed.DeleteObjects([]string{key, "v4/parts"})
		must(err)
		hold(slices.Equal(deleted.DeletedObjects, []string{key, "v4/parts"}), deleted)
		stranger := bucketWith(os.Getenv("OSS_ACCESS_KEY_ID"), "not the secret", v4()...)
		refused(403, "SignatureDoesNotMatch", failing(readErr(stranger, "x")))
	}},
	{"a temporary key works with its token only", func() {
		id, secret, token := os.Getenv("OSS_STS_ACCESS_KEY_ID"), os.Getenv("OSS_STS_ACCESS_KEY_SECRET"), os.Getenv("OSS_STS_TOKEN")
		hold(token != "", "OSS_STS_TOKEN is not given")
		for _, version := range []oss.AuthVersionType{oss.AuthV1, oss.AuthV4} {
			region := oss.Region(os.Getenv("OSS_REGION"))
			holder := bucketWith(id, secret, oss.SecurityToken(token), oss.AuthVersion(version), region)
			put(holder, "by-token", []byte("token"))
			hold(string(read(holder, "by-token")) == "token")
			address, err := holder.SignURL("by-token", oss.HTTPGet, 60)
			must(err)
			status, body, _ := fetch("GET", address, nil, nil)
			hold(status == 200 && body == "token", status, body)
			wrong := bucketWith(id, secret, oss.SecurityToken(token+"x"), oss.AuthVersion(version), region)
			err = failing(readErr(wrong, "by-token"))
			found, ok := err.(oss.ServiceError)
			hold(ok && found.StatusCode == 403, err)
		}
	}},
	{"errors have their own codes", func() {
		missing, err := client.Bucket("missing-bucket")
		must(err)
		refused(404, "NoSuchKey", failing(readErr(bucket, "missing")))
		refused(404, "NoSuchBucket", failing(readErr(missing, "x")))
		refused(403, "SignatureDoesNotMatch", failing(readErr(bucketWith(os.Getenv("OSS_ACCESS_KEY_ID"), "not the secret"), "x")))
		refused(403, "InvalidAccessKeyId", failing(readErr(bucketWith("nobody", "not the secret"), "x")))
		refused(409, "BucketNotEmpty", client.DeleteBucket(bucketName))
		refused(400, "InvalidDigest", bucket.PutObject("x", strings.NewReader("x"), oss.ContentMD5("1B2M2Y8AsgTpgAmY7PhCfg==")))
	}},
	{"everything is deleted", func() {
		keys := keysBelow("")
		must(bucket.DeleteObject(keys[0]))
		deleted, err := bucket.DeleteObjects(keys[1:])
		must(err)
		slices.Sort(deleted.DeletedObjects)
		hold(slices.Equal(deleted.DeletedObjects, keys[1:]), deleted)
		must(client.DeleteBucket(bucketName))
	}},
}

func presignedUrls(signer *oss.Bucket) {
	key := "signed/a+b 你"
	address, err := signer.SignURL(key, oss.HTTPPut, 60, oss.ContentType("text/plain"))
	must(err)
	status, text, _ := fetch("PUT", address, []byte("by url"), map[string]string{"Content-Type": "text/plain"})
	hold(status == 200, status, text)
	address, err = signer.SignURL(key, oss.HTTPGet, 60)
	must(err)
	status, text, _ = fetch("GET", address, nil, nil)
	hold(status == 200 && text == "by url", status, text)
	stream, err := signer.GetObjectWithURL(address)
	must(err)
	must(stream.Close())
	status, text, _ = fetch("GET", strings.Replace(address, "signed", "sighed", 1), nil, nil)
	hold(status == 403 && strings.Contains(text, "SignatureDoesNotMatch"), status, text)
	address, err = signer.SignURL(key, oss.HTTPGet, 60, oss.ResponseContentType("image/png"))
	must(err)
	_, _, kind := fetch("GET", address, nil, nil)
	hold(kind == "image/png", kind)
}
