package main

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
)

type check struct {
	name   string
	action func()
}

var (
	now    = context.Background()
	name   = oss.Ptr(bucketName)
	client = open()
)

func open() *oss.Client {
	config := oss.LoadDefaultConfig().
		WithCredentialsProvider(credentials.NewEnvironmentVariableCredentialsProvider()).
		WithRegion(os.Getenv("OSS_REGION")).WithEndpoint(os.Getenv("OSS_ENDPOINT"))
	return oss.NewClient(config)
}

func configWith(id, secret string, token ...string) *oss.Config {
	return oss.LoadDefaultConfig().WithRegion(os.Getenv("OSS_REGION")).WithEndpoint(os.Getenv("OSS_ENDPOINT")).
		WithCredentialsProvider(credentials.NewStaticCredentialsProvider(id, secret, token...))
}

func own() *oss.Config {
	return configWith(os.Getenv("OSS_ACCESS_KEY_ID"), os.Getenv("OSS_ACCESS_KEY_SECRET"))
}

func refused(status int, code string, err error) {
	var found *oss.ServiceError
	hold(errors.As(err, &found), code, err)
	hold(found.StatusCode == status && found.Code == code && len(found.RequestID) == 24, err)
}

func failing(_ any, err error) error { return err }

func put(to *oss.Client, key string, body []byte) {
	must(failing(to.PutObject(now, &oss.PutObjectRequest{Bucket: name, Key: oss.Ptr(key), Body: bytes.NewReader(body)})))
}

func readErr(from *oss.Client, bucket, key string) ([]byte, error) {
	found, err := from.GetObject(now, &oss.GetObjectRequest{Bucket: oss.Ptr(bucket), Key: oss.Ptr(key)})
	if err != nil {
		return nil, err
	}
	defer found.Body.Close()
	return io.ReadAll(found.Body)
}

func read(from *oss.Client, key string) []byte {
	body, err := readErr(from, bucketName, key)
	must(err)
	return body
}

func keysBelow(from *oss.Client, prefix string) []string {
	keys := []string{}
	pages := from.NewListObjectsV2Paginator(&oss.ListObjectsV2Request{Bucket: name, Prefix: oss.Ptr(prefix), MaxKeys: 3})
	for pages.HasNext() {
		page, err := pages.NextPage(now)
		must(err)
		for _, found := range page.Contents {
			keys = append(keys, *found.Key)
		}
	}
	return keys
}

func openUploads() []string {
	ids := []string{}
	pages := client.NewListMultipartUploadsPaginator(&oss.ListMultipartUploadsRequest{Bucket: name})
	for pages.HasNext() {
		page, err := pages.NextPage(now)
		must(err)
		for _, upload := range page.Uploads {
			ids = append(ids, *upload.UploadId)
		}
	}
	return ids
}

func initiate(key string) *string {
	upload, err := client.InitiateMultipartUpload(now, &oss.InitiateMultipartUploadRequest{Bucket: name, Key: oss.Ptr(key)})
	must(err)
	return upload.UploadId
}

func complete(key string, upload *string, parts []oss.UploadPart) (*oss.CompleteMultipartUploadResult, error) {
	return client.CompleteMultipartUpload(now, &oss.CompleteMultipartUploadRequest{Bucket: name, Key: oss.Ptr(key), UploadId: upload,
		CompleteMultipartUpload: &oss.CompleteMultipartUpload{Parts: parts}})
}

func tagging(pairs ...string) *oss.Tagging {
	tags := []oss.Tag{}
	for at := 0; at < len(pairs); at += 2 {
		tags = append(tags, oss.Tag{Key: oss.Ptr(pairs[at]), Value: oss.Ptr(pairs[at+1])})
	}
	return &oss.Tagging{TagSet: &oss.TagSet{Tags: tags}}
}

func tagsOf(tags []oss.Tag) string {
	found := map[string]string{}
	for _, tag := range tags {
		found[*tag.Key] = *tag.Value
	}
	return fmt.Sprint(found)
}

var checks = []check{
	{"a bucket is created and listed", func() {
		must(failing(client.PutBucket(now, &oss.PutBucketRequest{Bucket: name})))
		listed, err := client.ListBuckets(now, &oss.ListBucketsRequest{Prefix: name})
		must(err)
		hold(len(listed.Buckets) == 1 && *listed.Buckets[0].Name == bucketName, listed)
		info, err := client.GetBucketInfo(now, &oss.GetBucketInfoRequest{Bucket: name})
		must(err)
		hold(*info.BucketInfo.Name == bucketName && *info.BucketInfo.ACL == "private", info)
		exists, err := client.IsBucketExist(now, bucketName)
		hold(err == nil && exists, err)
		must(failing(client.GetBucketStat(now, &oss.GetBucketStatRequest{Bucket: name})))
	}},
	{"an object is put read ranged and headed", func() {
		key, body := oss.Ptr("odd keys/a+b c%20d你.txt"), bytes.Repeat([]byte("hello 你好 "), 1000)
		stored, err := client.PutObject(now, &oss.PutObjectRequest{Bucket: name, Key: key, Body: bytes.NewReader(body),
			ContentType: oss.Ptr("text/plain"), Metadata: map[string]string{"author": "someone"}})
		must(err)
		hold(*stored.ETag == fmt.Sprintf("\"%X\"", md5.Sum(body)), *stored.ETag)
		hold(bytes.Equal(read(client, *key), body))
		part, err := client.GetObject(now, &oss.GetObjectRequest{Bucket: name, Key: key, Range: oss.Ptr("bytes=3-9")})
		must(err)
		text, err := io.ReadAll(part.Body)
		hold(err == nil && bytes.Equal(text, body[3:10]), string(text))
		head, err := client.HeadObject(now, &oss.HeadObjectRequest{Bucket: name, Key: key})
		must(err)
		hold(head.Metadata["author"] == "someone" && *head.ContentType == "text/plain" && *head.ObjectType == "Normal", head)
		hold(head.ContentLength == int64(len(body)) && *head.HashCRC64 == *stored.HashCRC64, head)
		must(failing(client.GetObjectMeta(now, &oss.GetObjectMetaRequest{Bucket: name, Key: key})))
		exists, err := client.IsObjectExist(now, bucketName, *key+"x")
		hold(err == nil && !exists, err)
		refused(409, "FileAlreadyExists", failing(client.PutObject(now, &oss.PutObjectRequest{Bucket: name, Key: key,
			Body: strings.NewReader("x"), ForbidOverwrite: oss.Ptr("true")})))
	}},
	{"an object is copied whole and in parts", func() {
		source, body := oss.Ptr("copy/source 你"), random(300*1024)
		must(failing(client.PutObject(now, &oss.PutObjectRequest{Bucket: name, Key: source, Body: bytes.NewReader(body),
			Metadata: map[string]string{"author": "someone"}})))
		must(failing(client.CopyObject(now, &oss.CopyObjectRequest{Bucket: name, Key: oss.Ptr("copy/same"), SourceKey: source})))
		hold(bytes.Equal(read(client, "copy/same"), body))
		head, err := client.HeadObject(now, &oss.HeadObjectRequest{Bucket: name, Key: oss.Ptr("copy/same")})
		must(err)
		hold(head.Metadata["author"] == "someone", head)
		upload, parts := initiate("copy/parts"), []oss.UploadPart{}
		for number, span := range []string{"bytes=0-204799", "bytes=204800-307199"} {
			part, err := client.UploadPartCopy(now, &oss.UploadPartCopyRequest{Bucket: name, Key: oss.Ptr("copy/parts"), UploadId: upload,
				PartNumber: int32(number + 1), SourceKey: source, Range: oss.Ptr(span)})
			must(err)
			parts = append(parts, oss.UploadPart{PartNumber: int32(number + 1), ETag: part.ETag})
		}
		must(failing(complete("copy/parts", upload, parts)))
		hold(bytes.Equal(read(client, "copy/parts"), body))
		must(failing(client.NewCopier().Copy(now, &oss.CopyObjectRequest{Bucket: name, Key: oss.Ptr("copy/by-copier"), SourceKey: source})))
		hold(bytes.Equal(read(client, "copy/by-copier"), body))
	}},
	{"an object is appended to", func() {
		add := func(position int64, text string) (*oss.AppendObjectResult, error) {
			return client.AppendObject(now, &oss.AppendObjectRequest{Bucket: name, Key: oss.Ptr("log"), Position: oss.Ptr(position),
				Body: strings.NewReader(text)})
		}
		first, err := add(0, "one,")
		must(err)
		second, err := add(first.NextPosition, "two")
		must(err)
		hold(first.NextPosition == 4 && second.NextPosition == 7 && string(read(client, "log")) == "one,two", first, second)
		refused(409, "PositionNotEqualToLength", failing(add(3, "x")))
		file, err := client.AppendFile(now, bucketName, "by-file")
		must(err)
		must(failing(file.Write([]byte("one,"))))
		must(failing(file.Write([]byte("two"))))
		must(file.Close())
		hold(string(read(client, "by-file")) == "one,two")
	}},
	{"listing pages and delimits", func() {
		wanted, old, latest := []string{}, []string{}, []string{}
		for number := range 7 {
			folder := fmt.Sprintf("list/%d & 你/", number)
			wanted = append(wanted, folder)
			put(client, folder+"x", []byte("x"))
		}
		put(client, "list/file", []byte("x"))
		wanted = append(wanted, "list/file")
		note := func(to *[]string, prefixes []oss.CommonPrefix, contents []oss.ObjectProperties) {
			for _, found := range prefixes {
				*to = append(*to, *found.Prefix)
			}
			for _, found := range contents {
				*to = append(*to, *found.Key)
			}
		}
		prefix, delimiter := oss.Ptr("list/"), oss.Ptr("/")
		first := client.NewListObjectsPaginator(&oss.ListObjectsRequest{Bucket: name, Prefix: prefix, Delimiter: delimiter, MaxKeys: 3})
		for first.HasNext() {
			page, err := first.NextPage(now)
			must(err)
			note(&old, page.CommonPrefixes, page.Contents)
		}
		second := client.NewListObjectsV2Paginator(&oss.ListObjectsV2Request{Bucket: name, Prefix: prefix, Delimiter: delimiter, MaxKeys: 3})
		for second.HasNext() {
			page, err := second.NextPage(now)
			must(err)
			note(&latest, page.CommonPrefixes, page.Contents)
		}
		hold(slices.Equal(old, wanted) && slices.Equal(latest, wanted), old, latest)
	}},
	{"parts are listed page by page and completed", func() {
		key := "by-hand 你"
		upload, parts := initiate(key), []oss.UploadPart{}
		hold(slices.Equal(openUploads(), []string{*upload}), openUploads())
		bodies := [][]byte{random(100 * 1024), random(100 * 1024), []byte("tail")}
		for number, body := range bodies {
			part, err := client.UploadPart(now, &oss.UploadPartRequest{Bucket: name, Key: oss.Ptr(key), UploadId: upload,
				PartNumber: int32(number + 1), Body: bytes.NewReader(body)})
			must(err)
			parts = append(parts, oss.UploadPart{PartNumber: int32(number + 1), ETag: part.ETag})
		}
		sizes := []int64{}
		pages := client.NewListPartsPaginator(&oss.ListPartsRequest{Bucket: name, Key: oss.Ptr(key), UploadId: upload, MaxParts: 1})
		for pages.HasNext() {
			page, err := pages.NextPage(now)
			must(err)
			for _, part := range page.Parts {
				hold(part.HashCRC64 != nil, part)
				sizes = append(sizes, part.Size)
			}
		}
		hold(slices.Equal(sizes, []int64{102400, 102400, 4}), sizes)
		done, err := complete(key, upload, parts)
		must(err)
		hold(strings.HasSuffix(strings.Trim(*done.ETag, "\""), "-3") && *done.Key == key, *done.ETag, *done.Key)
		hold(bytes.Equal(read(client, key), bytes.Join(bodies, nil)))
	}},
	{"an abort ends an upload", func() {
		key := oss.Ptr("given-up")
		upload := initiate(*key)
		send := func() (*oss.UploadPartResult, error) {
			return client.UploadPart(now, &oss.UploadPartRequest{Bucket: name, Key: key, UploadId: upload, PartNumber: 1, Body: strings.NewReader("x")})
		}
		abort := func() (*oss.AbortMultipartUploadResult, error) {
			return client.AbortMultipartUpload(now, &oss.AbortMultipartUploadRequest{Bucket: name, Key: key, UploadId: upload})
		}
		part, err := send()
		must(err)
		aborted, err := abort()
		must(err)
		hold(aborted.StatusCode == 204, aborted)
		refused(404, "NoSuchUpload", failing(client.ListParts(now, &oss.ListPartsRequest{Bucket: name, Key: key, UploadId: upload})))
		refused(404, "NoSuchUpload", failing(send()))
		refused(404, "NoSuchUpload", failing(abort()))
		refused(404, "NoSuchUpload", failing(complete(*key, upload, []oss.UploadPart{{PartNumber: 1, ETag: part.ETag}})))
		hold(len(openUploads()) == 0, openUploads())
	}},
	{"an interrupted upload resumes from its checkpoint", func() {
		path, body := randomFile("thirty.bin", 30*mib)
		line := &brokenLine{}
		broken := oss.NewClient(own().WithHttpClient(&http.Client{Transport: line}).WithRetryMaxAttempts(1))
		upload := func() (*oss.UploadResult, error) {
			return broken.NewUploader().UploadFile(now, &oss.PutObjectRequest{Bucket: name, Key: oss.Ptr("thirty.bin")}, path,
				func(options *oss.UploaderOptions) {
					options.PartSize, options.ParallelNum = mib, 4
					options.EnableCheckpoint, options.CheckpointDir = true, os.Getenv("WORK_DIR")
				})
		}
		line.parts.Store(15)
		hold(failing(upload()) != nil)
		ids := openUploads()
		hold(len(ids) == 1, ids)
		line.parts.Store(30)
		done, err := upload()
		must(err)
		sent := 30 - line.parts.Load()
		hold(*done.UploadId == ids[0] && sent >= 15 && sent < 30, *done.UploadId, ids, sent)
		must(failing(client.NewDownloader().DownloadFile(now, &oss.GetObjectRequest{Bucket: name, Key: oss.Ptr("thirty.bin")}, path+".copy")))
		copied, err := os.ReadFile(path + ".copy")
		must(err)
		hold(bytes.Equal(copied, body))
		hold(len(openUploads()) == 0, openUploads())
	}},
	{"a symlink leads to its target", func() {
		put(client, "target 你", []byte("the target"))
		link := oss.Ptr("link")
		must(failing(client.PutSymlink(now, &oss.PutSymlinkRequest{Bucket: name, Key: link, Target: oss.Ptr(url.QueryEscape("target 你"))})))
		found, err := client.GetSymlink(now, &oss.GetSymlinkRequest{Bucket: name, Key: link})
		must(err)
		target, err := url.QueryUnescape(*found.Target)
		hold(err == nil && target == "target 你", target)
		hold(string(read(client, "link")) == "the target")
	}},
	{"tags are put read and deleted", func() {
		key := oss.Ptr("tagged")
		tags := func() string {
			found, err := client.GetObjectTagging(now, &oss.GetObjectTaggingRequest{Bucket: name, Key: key})
			must(err)
			return tagsOf(found.Tags)
		}
		must(failing(client.PutObject(now, &oss.PutObjectRequest{Bucket: name, Key: key, Tagging: oss.Ptr("from=header")})))
		hold(tags() == "map[from:header]", tags())
		must(failing(client.PutObjectTagging(now, &oss.PutObjectTaggingRequest{Bucket: name, Key: key,
			Tagging: tagging("colour", "red", "a b", "c+d")})))
		hold(tags() == "map[a b:c+d colour:red]", tags())
		must(failing(client.DeleteObjectTagging(now, &oss.DeleteObjectTaggingRequest{Bucket: name, Key: key})))
		hold(tags() == "map[]", tags())
		must(failing(client.PutBucketTags(now, &oss.PutBucketTagsRequest{Bucket: name, Tagging: tagging("team", "storage")})))
		team, err := client.GetBucketTags(now, &oss.GetBucketTagsRequest{Bucket: name})
		must(err)
		hold(tagsOf(team.Tagging.TagSet.Tags) == "map[team:storage]", team)
		must(failing(client.DeleteBucketTags(now, &oss.DeleteBucketTagsRequest{Bucket: name})))
	}},
	{"acls decide what a stranger may read", func() {
		key, address := oss.Ptr("public"), os.Getenv("OSS_ENDPOINT")+"/"+bucketName+"/public"
		status := func(method string) int { got, _, _ := fetch(method, address, nil, nil); return got }
		set := func(acl oss.ObjectACLType) {
			must(failing(client.PutObjectAcl(now, &oss.PutObjectAclRequest{Bucket: name, Key: key, Acl: acl})))
			found, err := client.GetObjectAcl(now, &oss.GetObjectAclRequest{Bucket: name, Key: key})
			must(err)
			hold(*found.ACL == string(acl), *found.ACL)
		}
		put(client, "public", []byte("for all"))
		hold(status("GET") == 403)
		set(oss.ObjectACLPublicRead)
		hold(status("GET") == 200)
		set(oss.ObjectACLDefault)
		hold(status("GET") == 403)
		must(failing(client.PutBucketAcl(now, &oss.PutBucketAclRequest{Bucket: name, Acl: oss.BucketACLPublicRead})))
		whole, err := client.GetBucketAcl(now, &oss.GetBucketAclRequest{Bucket: name})
		must(err)
		hold(*whole.ACL == "public-read" && status("GET") == 200 && status("PUT") == 403, *whole.ACL)
		must(failing(client.PutBucketAcl(now, &oss.PutBucketAclRequest{Bucket: name, Acl: oss.BucketACLPrivate})))
	}},
	{"lifecycle rules are put read and deleted", func() {
		get := func() (*oss.GetBucketLifecycleResult, error) {
			return client.GetBucketLifecycle(now, &oss.GetBucketLifecycleRequest{Bucket: name})
		}
		refused(404, "NoSuchLifecycle", failing(get()))
		rule := oss.LifecycleRule{ID: oss.Ptr("logs"), Prefix: oss.Ptr("logs/"), Status: oss.Ptr("Enabled"),
			Expiration:           &oss.LifecycleRuleExpiration{Days: oss.Ptr(int32(30))},
			AbortMultipartUpload: &oss.LifecycleRuleAbortMultipartUpload{Days: oss.Ptr(int32(7))}}
		must(failing(client.PutBucketLifecycle(now, &oss.PutBucketLifecycleRequest{Bucket: name,
			LifecycleConfiguration: &oss.LifecycleConfiguration{Rules: []oss.LifecycleRule{rule}}})))
		found, err := get()
		must(err)
		hold(len(found.LifecycleConfiguration.Rules) == 1, found)
		kept := found.LifecycleConfiguration.Rules[0]
		hold(*kept.ID == "logs" && *kept.Prefix == "logs/" && *kept.Expiration.Days == 30 && *kept.AbortMultipartUpload.Days == 7, kept)
		must(failing(client.DeleteBucketLifecycle(now, &oss.DeleteBucketLifecycleRequest{Bucket: name})))
		refused(404, "NoSuchLifecycle", failing(get()))
	}},
	{"presigned urls of v4 put and get", func() { presignedUrls(client) }},
	{"presigned urls of v1 put and get", func() { presignedUrls(oss.NewClient(own().WithSignatureVersion(oss.SignatureVersionV1))) }},
	{"v1 signatures are understood", func() {
		signed, key := oss.NewClient(own().WithSignatureVersion(oss.SignatureVersionV1)), "v1/a+b c%20d你.txt"
		put(signed, key, []byte("v1"))
		hold(string(read(signed, key)) == "v1" && slices.Equal(keysBelow(signed, "v1/"), []string{key}))
	}},
	{"a temporary key works with its token only", func() {
		id, secret, token := os.Getenv("OSS_STS_ACCESS_KEY_ID"), os.Getenv("OSS_STS_ACCESS_KEY_SECRET"), os.Getenv("OSS_STS_TOKEN")
		hold(token != "", "OSS_STS_TOKEN is not given")
		for _, version := range []oss.SignatureVersionType{oss.SignatureVersionV1, oss.SignatureVersionV4} {
			holder := oss.NewClient(configWith(id, secret, token).WithSignatureVersion(version))
			put(holder, "by-token", []byte("token"))
			hold(string(read(holder, "by-token")) == "token")
			signed, err := holder.Presign(now, &oss.GetObjectRequest{Bucket: name, Key: oss.Ptr("by-token")})
			must(err)
			status, body, _ := fetch(signed.Method, signed.URL, nil, signed.SignedHeaders)
			hold(status == 200 && body == "token", status, body)
			wrong := oss.NewClient(configWith(id, secret, token+"x").WithSignatureVersion(version))
			var found *oss.ServiceError
			err = failing(readErr(wrong, bucketName, "by-token"))
			hold(errors.As(err, &found) && found.StatusCode == 403, err)
		}
	}},
	{"errors have their own codes", func() {
		stranger := oss.NewClient(configWith(os.Getenv("OSS_ACCESS_KEY_ID"), "not the secret"))
		unknown := oss.NewClient(configWith("nobody", "not the secret"))
		refused(404, "NoSuchKey", failing(readErr(client, bucketName, "missing")))
		refused(404, "NoSuchBucket", failing(readErr(client, "missing-bucket", "x")))
		refused(403, "SignatureDoesNotMatch", failing(readErr(stranger, bucketName, "x")))
		refused(403, "InvalidAccessKeyId", failing(readErr(unknown, bucketName, "x")))
		refused(409, "BucketNotEmpty", failing(client.DeleteBucket(now, &oss.DeleteBucketRequest{Bucket: name})))
		refused(400, "InvalidDigest", failing(client.PutObject(now, &oss.PutObjectRequest{Bucket: name, Key: oss.Ptr("x"),
			Body: strings.NewReader("x"), ContentMD5: oss.Ptr("1B2M2Y8AsgTpgAmY7PhCfg==")})))
	}},
	{"everything is deleted", func() {
		keys := keysBelow(client, "")
		must(failing(client.DeleteObject(now, &oss.DeleteObjectRequest{Bucket: name, Key: oss.Ptr(keys[0])})))
		objects, gone := []oss.DeleteObject{}, []string{}
		for _, key := range keys[1:] {
			objects = append(objects, oss.DeleteObject{Key: oss.Ptr(key)})
		}
		deleted, err := client.DeleteMultipleObjects(now, &oss.DeleteMultipleObjectsRequest{Bucket: name, Objects: objects})
		must(err)
		for _, found := range deleted.DeletedObjects {
			gone = append(gone, *found.Key)
		}
		slices.Sort(gone)
		hold(slices.Equal(gone, keys[1:]), gone)
		must(failing(client.DeleteBucket(now, &oss.DeleteBucketRequest{Bucket: name})))
	}},
}

func presignedUrls(signer *oss.Client) {
	key, minute := oss.Ptr("signed/a+b 你"), oss.PresignExpires(time.Minute)
	toPut, err := signer.Presign(now, &oss.PutObjectRequest{Bucket: name, Key: key, ContentType: oss.Ptr("text/plain")}, minute)
	must(err)
	status, text, _ := fetch(toPut.Method, toPut.URL, []byte("by url"), toPut.SignedHeaders)
	hold(status == 200, status, text)
	toGet, err := signer.Presign(now, &oss.GetObjectRequest{Bucket: name, Key: key}, minute)
	must(err)
	status, text, _ = fetch(toGet.Method, toGet.URL, nil, toGet.SignedHeaders)
	hold(status == 200 && text == "by url", status, text)
	status, text, _ = fetch("GET", strings.Replace(toGet.URL, "signed", "sighed", 1), nil, nil)
	hold(status == 403 && strings.Contains(text, "SignatureDoesNotMatch"), status, text)
	typed, err := signer.Presign(now, &oss.GetObjectRequest{Bucket: name, Key: key, ResponseContentType: oss.Ptr("image/png")}, minute)
	must(err)
	_, _, kind := fetch("GET", typed.URL, nil, nil)
	hold(kind == "image/png", kind)
}
