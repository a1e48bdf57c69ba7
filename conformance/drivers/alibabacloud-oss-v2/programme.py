"""What an application does with alibabacloud-oss-v2, unmodified, against the endpoint in OSS_ENDPOINT.

Prints one JSON line a check: {"check": ..., "ok": ..., "detail": ...}.
"""

import datetime
import hashlib
import json
import os
import random
import sys
import traceback
import urllib.error
import urllib.request

import alibabacloud_oss_v2 as oss

MIB = 1 << 20
WORK = os.environ["WORK_DIR"]
BUCKET = os.environ["OSS_BUCKET"]
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def fetch(method, url, body=None, headers=None):
    """What a plain HTTP client gets: status and body."""
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def refused(status, code, action):
    """The service's error that the action ends with; anything else fails the check."""
    try:
        action()
    except oss.exceptions.OperationError as error:
        error = error.unwrap()
        assert isinstance(error, oss.exceptions.ServiceError), repr(error)
        assert (error.status_code, error.code) == (status, code), (error.status_code, error.code, error.message)
        assert len(error.request_id) == 24, error.request_id
        return error
    raise AssertionError("no %s" % code)


def put(client, key, body, **more):
    return client.put_object(oss.PutObjectRequest(bucket=BUCKET, key=key, body=body, **more))


def read(client, key, **more):
    return client.get_object(oss.GetObjectRequest(bucket=BUCKET, key=key, **more)).body.read()


def keys_of(client, prefix):
    pages = client.list_objects_v2_paginator(limit=3).iter_page(oss.ListObjectsV2Request(bucket=BUCKET, prefix=prefix))
    return [found.key for page in pages for found in page.contents or []]


def open_uploads(client):
    pages = client.list_multipart_uploads_paginator().iter_page(oss.ListMultipartUploadsRequest(bucket=BUCKET))
    return [upload.upload_id for page in pages for upload in page.uploads or []]


def client_with(key_id, secret, token=None, version="v4"):
    return oss.Client(oss.config.Config(
        region=os.environ["OSS_REGION"], endpoint=os.environ["OSS_ENDPOINT"], signature_version=version,
        credentials_provider=oss.credentials.StaticCredentialsProvider(key_id, secret, token)))


@check
def a_bucket_is_created_and_listed(client):
    client.put_bucket(oss.PutBucketRequest(bucket=BUCKET))
    pages = client.list_buckets_paginator().iter_page(oss.ListBucketsRequest(prefix=BUCKET))
    assert BUCKET in [found.name for page in pages for found in page.buckets]
    info = client.get_bucket_info(oss.GetBucketInfoRequest(bucket=BUCKET)).bucket_info
    assert info.name == BUCKET and info.acl == "private" and info.location, info
    assert client.get_bucket_location(oss.GetBucketLocationRequest(bucket=BUCKET)).location
    assert client.is_bucket_exist(BUCKET) and not client.is_bucket_exist(BUCKET + "-missing")


@check
def an_object_is_put_read_ranged_and_headed(client):
    body = b"hello \xe4\xbd\xa0\xe5\xa5\xbd " * 1000
    key = "odd keys/a+b c%20d\u4f60.txt"
    stored = put(client, key, body, metadata={"author": "someone"}, content_type="text/plain")
    assert stored.etag.strip('"') == hashlib.md5(body).hexdigest().upper(), stored.etag
    assert read(client, key) == body
    assert read(client, key, range_header="bytes=3-9") == body[3:10]
    head = client.head_object(oss.HeadObjectRequest(bucket=BUCKET, key=key))
    assert head.content_length == len(body) and head.metadata["author"] == "someone"
    assert head.content_type == "text/plain" and head.object_type == "Normal" and head.hash_crc64 == stored.hash_crc64
    meta = client.get_object_meta(oss.GetObjectMetaRequest(bucket=BUCKET, key=key))
    assert meta.content_length == len(body) and meta.last_modified
    assert client.is_object_exist(BUCKET, key) and not client.is_object_exist(BUCKET, key + "x")
    refused(409, "FileAlreadyExists", lambda: put(client, key, b"x", forbid_overwrite=True))


@check
def an_object_is_copied_whole_and_in_parts(client):
    body = os.urandom(300 * 1024)
    put(client, "copy/source \u4f60", body, metadata={"author": "someone"})
    source = {"bucket": BUCKET, "source_bucket": BUCKET, "source_key": "copy/source \u4f60"}
    client.copy_object(oss.CopyObjectRequest(key="copy/same", **source))
    assert read(client, "copy/same") == body
    assert client.head_object(oss.HeadObjectRequest(bucket=BUCKET, key="copy/same")).metadata["author"] == "someone"
    upload_id = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(bucket=BUCKET, key="copy/parts")).upload_id
    parts = []
    for number, span in enumerate(["bytes=0-204799", "bytes=204800-307199"], 1):
        part = client.upload_part_copy(oss.UploadPartCopyRequest(
            key="copy/parts", upload_id=upload_id, part_number=number, source_range=span, **source))
        parts.append(oss.UploadPart(part_number=number, etag=part.etag))
    client.complete_multipart_upload(oss.CompleteMultipartUploadRequest(
        bucket=BUCKET, key="copy/parts", upload_id=upload_id,
        complete_multipart_upload=oss.CompleteMultipartUpload(parts=parts)))
    assert read(client, "copy/parts") == body
    copied = client.copier().copy(oss.CopyObjectRequest(key="copy/by-copier", **source))
    assert copied.status_code == 200 and read(client, "copy/by-copier") == body


@check
def an_object_is_appended_to(client):
    append = lambda position, body: client.append_object(
        oss.AppendObjectRequest(bucket=BUCKET, key="log", position=position, body=body))
    first = append(0, b"one,")
    assert first.next_position == 4
    assert append(first.next_position, b"two").next_position == 7 and read(client, "log") == b"one,two"
    assert client.head_object(oss.HeadObjectRequest(bucket=BUCKET, key="log")).object_type == "Appendable"
    refused(409, "PositionNotEqualToLength", lambda: append(3, b"x"))
    file = client.append_file(BUCKET, "by-file")
    with file:
        file.write(b"one,")
        file.write(b"two")
    assert read(client, "by-file") == b"one,two"


@check
def listing_pages_and_delimits(client):
    for number in range(7):
        put(client, "list/%d & \u4f60/x" % number, b"x")
    put(client, "list/file", b"x")
    assert len(keys_of(client, "list/")) == 8
    for paginator, request in ((client.list_objects_paginator, oss.ListObjectsRequest),
                               (client.list_objects_v2_paginator, oss.ListObjectsV2Request)):
        names = []
        for page in paginator(limit=3).iter_page(request(bucket=BUCKET, prefix="list/", delimiter="/")):
            names += [found.prefix for found in page.common_prefixes or []]
            names += [found.key for found in page.contents or []]
        assert names == ["list/%d & \u4f60/" % number for number in range(7)] + ["list/file"], names


@check
def parts_are_listed_page_by_page_and_completed(client):
    key = "by-hand \u4f60"
    upload_id = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(bucket=BUCKET, key=key)).upload_id
    assert open_uploads(client) == [upload_id]
    bodies = [os.urandom(100 * 1024), os.urandom(100 * 1024), b"tail"]
    parts = []
    for number, body in enumerate(bodies, 1):
        part = client.upload_part(oss.UploadPartRequest(
            bucket=BUCKET, key=key, upload_id=upload_id, part_number=number, body=body))
        parts.append(oss.UploadPart(part_number=number, etag=part.etag))
    pages = client.list_parts_paginator(limit=1).iter_page(oss.ListPartsRequest(bucket=BUCKET, key=key, upload_id=upload_id))
    listed = [part for page in pages for part in page.parts]
    assert [(part.part_number, part.size) for part in listed] == [(1, 102400), (2, 102400), (3, 4)], listed
    assert all(part.hash_crc64 for part in listed)
    done = client.complete_multipart_upload(oss.CompleteMultipartUploadRequest(
        bucket=BUCKET, key=key, upload_id=upload_id, complete_multipart_upload=oss.CompleteMultipartUpload(parts=parts)))
    assert done.etag.strip('"').endswith("-3") and done.key == key, (done.etag, done.key)
    assert read(client, key) == b"".join(bodies)


@check
def an_abort_ends_an_upload(client):
    upload = {"bucket": BUCKET, "key": "given-up"}
    upload["upload_id"] = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(**upload)).upload_id
    client.upload_part(oss.UploadPartRequest(part_number=1, body=b"x" * 1000, **upload))
    assert client.abort_multipart_upload(oss.AbortMultipartUploadRequest(**upload)).status_code == 204
    for action in (lambda: client.list_parts(oss.ListPartsRequest(**upload)),
                   lambda: client.upload_part(oss.UploadPartRequest(part_number=1, body=b"x", **upload)),
                   lambda: client.abort_multipart_upload(oss.AbortMultipartUploadRequest(**upload)),
                   lambda: client.complete_multipart_upload(oss.CompleteMultipartUploadRequest(
                       complete_multipart_upload=oss.CompleteMultipartUpload(parts=[oss.UploadPart(part_number=1, etag='"x"')]),
                       **upload))):
        refused(404, "NoSuchUpload", action)
    assert open_uploads(client) == []


@check
def an_interrupted_upload_resumes_from_its_checkpoint(client):
    path = os.path.join(WORK, "thirty.bin")
    body = random.Random(2).randbytes(30 * MIB)
    with open(path, "wb") as file:
        file.write(body)

    def stop_half_way(_written, sent, total):
        if sent >= total // 2:
            raise RuntimeError("stop")

    # With more than one worker the uploader sends every part before it passes an exception on.
    def upload(progress, workers):
        return client.uploader(part_size=MIB, parallel_num=workers, enable_checkpoint=True, checkpoint_dir=WORK + "/").upload_file(
            oss.PutObjectRequest(bucket=BUCKET, key="thirty.bin", progress_fn=progress), path)

    try:
        upload(stop_half_way, 1)
        raise AssertionError("the upload was not interrupted")
    except (RuntimeError, oss.UploadError):
        pass
    (upload_id,) = open_uploads(client)
    starts = []
    result = upload(lambda _written, sent, _total: starts.append(sent), 4)
    assert result.upload_id == upload_id and min(starts) > MIB, (result.upload_id, upload_id, min(starts))
    target = path + ".copy"
    client.downloader(part_size=MIB, parallel_num=4).download_file(oss.GetObjectRequest(bucket=BUCKET, key="thirty.bin"), target)
    with open(target, "rb") as file:
        assert file.read() == body
    assert open_uploads(client) == []


@check
def a_symlink_leads_to_its_target(client):
    put(client, "target \u4f60", b"the target")
    client.put_symlink(oss.PutSymlinkRequest(bucket=BUCKET, key="link", symlink_target=urllib.request.quote("target \u4f60")))
    found = client.get_symlink(oss.GetSymlinkRequest(bucket=BUCKET, key="link")).target
    assert urllib.request.unquote(found) == "target \u4f60", found
    assert read(client, "link") == b"the target"


@check
def tags_are_put_read_and_deleted(client):
    tags = lambda found: {tag.key: tag.value for tag in found.tag_set.tags or []}
    where = {"bucket": BUCKET, "key": "tagged"}
    put(client, "tagged", b"x", tagging="from=header")
    assert tags(client.get_object_tagging(oss.GetObjectTaggingRequest(**where))) == {"from": "header"}
    wanted = oss.Tagging(oss.TagSet([oss.Tag("colour", "red"), oss.Tag("a b", "c+d")]))
    client.put_object_tagging(oss.PutObjectTaggingRequest(tagging=wanted, **where))
    assert tags(client.get_object_tagging(oss.GetObjectTaggingRequest(**where))) == {"colour": "red", "a b": "c+d"}
    client.delete_object_tagging(oss.DeleteObjectTaggingRequest(**where))
    assert tags(client.get_object_tagging(oss.GetObjectTaggingRequest(**where))) == {}
    client.put_bucket_tags(oss.PutBucketTagsRequest(bucket=BUCKET, tagging=oss.models.bucket_tags.Tagging(
        tag_set=oss.models.bucket_tags.TagSet(tags=[oss.models.bucket_tags.Tag(key="team", value="storage")]))))
    assert tags(client.get_bucket_tags(oss.GetBucketTagsRequest(bucket=BUCKET)).tagging) == {"team": "storage"}
    client.delete_bucket_tags(oss.DeleteBucketTagsRequest(bucket=BUCKET))


@check
def acls_decide_what_a_stranger_may_read(client):
    where = {"bucket": BUCKET, "key": "public"}
    url = "%s/%s/public" % (os.environ["OSS_ENDPOINT"], BUCKET)
    put(client, "public", b"for all")
    assert client.get_object_acl(oss.GetObjectAclRequest(**where)).acl == "default"
    assert fetch("GET", url)[0] == 403
    client.put_object_acl(oss.PutObjectAclRequest(acl="public-read", **where))
    assert client.get_object_acl(oss.GetObjectAclRequest(**where)).acl == "public-read"
    assert fetch("GET", url) == (200, b"for all")
    client.put_object_acl(oss.PutObjectAclRequest(acl="default", **where))
    client.put_bucket_acl(oss.PutBucketAclRequest(bucket=BUCKET, acl="public-read"))
    assert client.get_bucket_acl(oss.GetBucketAclRequest(bucket=BUCKET)).acl == "public-read"
    assert fetch("GET", url) == (200, b"for all") and fetch("PUT", url, b"x")[0] == 403
    client.put_bucket_acl(oss.PutBucketAclRequest(bucket=BUCKET, acl="private"))


@check
def lifecycle_rules_are_put_read_and_deleted(client):
    get = lambda: client.get_bucket_lifecycle(oss.GetBucketLifecycleRequest(bucket=BUCKET))
    refused(404, "NoSuchLifecycle", get)
    rule = oss.LifecycleRule(id="logs", prefix="logs/", status="Enabled", expiration=oss.LifecycleRuleExpiration(days=30),
                             abort_multipart_upload=oss.LifecycleRuleAbortMultipartUpload(days=7),
                             transitions=[oss.LifecycleRuleTransition(days=10, storage_class="IA")])
    client.put_bucket_lifecycle(oss.PutBucketLifecycleRequest(
        bucket=BUCKET, lifecycle_configuration=oss.LifecycleConfiguration(rules=[rule])))
    (found,) = get().lifecycle_configuration.rules
    assert (found.id, found.prefix, found.status) == ("logs", "logs/", "Enabled")
    assert found.expiration.days == 30 and found.abort_multipart_upload.days == 7
    assert [(step.days, step.storage_class) for step in found.transitions] == [(10, "IA")]
    client.delete_bucket_lifecycle(oss.DeleteBucketLifecycleRequest(bucket=BUCKET))
    refused(404, "NoSuchLifecycle", get)


def presigned_urls(client):
    where, minute = {"bucket": BUCKET, "key": "signed/a+b \u4f60"}, datetime.timedelta(minutes=1)
    to_put = client.presign(oss.PutObjectRequest(content_type="text/plain", **where), expires=minute)
    assert fetch(to_put.method, to_put.url, b"by url", dict(to_put.signed_headers))[0] == 200
    to_get = client.presign(oss.GetObjectRequest(**where), expires=minute)
    assert fetch(to_get.method, to_get.url) == (200, b"by url")
    named = client.presign(oss.GetObjectRequest(response_content_type="image/png", **where), expires=minute)
    with urllib.request.urlopen(named.url) as answer:
        assert answer.headers["Content-Type"] == "image/png"
    status, body = fetch("GET", to_get.url.replace("signed", "sighed"))
    assert status == 403 and b"SignatureDoesNotMatch" in body, body


@check
def presigned_urls_of_v4_put_and_get(client):
    presigned_urls(client)


@check
def presigned_urls_of_v1_put_and_get(_client):
    presigned_urls(client_with(os.environ["OSS_ACCESS_KEY_ID"], os.environ["OSS_ACCESS_KEY_SECRET"], version="v1"))


@check
def v1_signatures_are_understood(_client):
    client = client_with(os.environ["OSS_ACCESS_KEY_ID"], os.environ["OSS_ACCESS_KEY_SECRET"], version="v1")
    put(client, "v1/a+b c%20d\u4f60.txt", b"v1", metadata={"author": "someone"})
    assert keys_of(client, "v1/") == ["v1/a+b c%20d\u4f60.txt"]
    assert read(client, "v1/a+b c%20d\u4f60.txt") == b"v1"


@check
def a_temporary_key_works_with_its_token_only(_client):
    key_id, secret = os.environ["OSS_STS_ACCESS_KEY_ID"], os.environ["OSS_STS_ACCESS_KEY_SECRET"]
    token = os.environ["OSS_STS_TOKEN"]
    for version in ("v1", "v4"):
        client = client_with(key_id, secret, token, version)
        put(client, "by-token", version.encode())
        assert read(client, "by-token") == version.encode()
        signed = client.presign(oss.GetObjectRequest(bucket=BUCKET, key="by-token"))
        assert fetch(signed.method, signed.url) == (200, version.encode())
        wrong = client_with(key_id, secret, token + "x", version)
        try:
            read(wrong, "by-token")
            raise AssertionError("a wrong token was taken")
        except oss.exceptions.OperationError as error:
            assert error.unwrap().status_code == 403, error


@check
def errors_have_their_own_codes(client):
    stranger = client_with(os.environ["OSS_ACCESS_KEY_ID"], "not the secret")
    unknown = client_with("nobody", "not the secret")
    refused(404, "NoSuchKey", lambda: read(client, "missing"))
    refused(404, "NoSuchBucket", lambda: client.get_object(oss.GetObjectRequest(bucket="missing-bucket", key="x")))
    refused(403, "SignatureDoesNotMatch", lambda: read(stranger, "x"))
    refused(403, "InvalidAccessKeyId", lambda: read(unknown, "x"))
    refused(400, "InvalidDigest", lambda: put(client, "x", b"x", content_md5="1B2M2Y8AsgTpgAmY7PhCfg=="))
    refused(409, "BucketNotEmpty", lambda: client.delete_bucket(oss.DeleteBucketRequest(bucket=BUCKET)))


@check
def everything_is_deleted(client):
    keys = keys_of(client, "")
    assert client.delete_object(oss.DeleteObjectRequest(bucket=BUCKET, key=keys.pop())).status_code == 204
    deleted = client.delete_multiple_objects(oss.DeleteMultipleObjectsRequest(
        bucket=BUCKET, objects=[oss.DeleteObject(key=key) for key in keys]))
    assert sorted(found.key for found in deleted.deleted_objects) == sorted(keys)
    assert keys_of(client, "") == []
    client.delete_bucket(oss.DeleteBucketRequest(bucket=BUCKET))


def main():
    config = oss.config.load_default()
    config.credentials_provider = oss.credentials.EnvironmentVariableCredentialsProvider()
    config.region, config.endpoint = os.environ["OSS_REGION"], os.environ["OSS_ENDPOINT"]
    client = oss.Client(config)
    failed = False
    for function in CHECKS:
        line = {"check": function.__name__.replace("_", " "), "ok": True, "detail": ""}
        try:
            function(client)
        except Exception:
            failed = True
            line.update(ok=False, detail=traceback.format_exc(limit=-3, chain=False))
        print(json.dumps(line), flush=True)
    sys.exit(1 if failed else 0)


main()
