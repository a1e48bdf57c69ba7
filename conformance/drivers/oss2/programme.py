"""What an application does with oss2, unmodified, against the endpoint in OSS_ENDPOINT.

Prints one JSON line a check: {"check": ..., "ok": ..., "detail": ...}.
"""

import hashlib
import json
import os
import random
import sys
import traceback
import urllib.error
import urllib.request

import oss2
from oss2.models import (AbortMultipartUpload, BucketLifecycle, LifecycleExpiration, LifecycleRule, PartInfo, Tagging,
                         TaggingRule)

MIB = 1 << 20
WORK = os.environ["WORK_DIR"]
BUCKET = os.environ["OSS_BUCKET"]
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def md5_of(path):
    digest = hashlib.md5()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(MIB), b""):
            digest.update(block)
    return digest.hexdigest()


def random_file(name, size, seed):
    path = os.path.join(WORK, name)
    source = random.Random(seed)
    with open(path, "wb") as file:
        for start in range(0, size, MIB):
            file.write(source.randbytes(min(MIB, size - start)))
    return path


def open_uploads(bucket):
    return [upload.upload_id for upload in oss2.MultipartUploadIterator(bucket)]


def fetch(method, url, body=None, headers=()):
    """What a plain HTTP client gets: status and body."""
    request = urllib.request.Request(url, data=body, method=method, headers=dict(headers))
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def refused(wanted, action):
    """The error that the action ends with; anything else fails the check."""
    try:
        action()
    except wanted as error:
        assert error.code and len(error.request_id) == 24, (error.code, error.request_id)
        return error
    raise AssertionError("no %s" % wanted.__name__)


def bucket_with(auth):
    return oss2.Bucket(auth, os.environ["OSS_ENDPOINT"], BUCKET, region=os.environ["OSS_REGION"])


def tags(*pairs):
    rule = TaggingRule()
    for name, value in pairs:
        rule.add(name, value)
    return Tagging(rule)


@check
def a_bucket_is_created_and_listed(bucket):
    bucket.create_bucket()
    service = oss2.Service(bucket.auth, os.environ["OSS_ENDPOINT"])
    assert BUCKET in [found.name for found in oss2.BucketIterator(service)]


@check
def an_object_is_put_read_ranged_and_headed(bucket):
    body = b"hello \xe4\xbd\xa0\xe5\xa5\xbd " * 1000
    key = "odd keys/a+b c%20d\u4f60.txt"
    put = bucket.put_object(key, body, headers={"x-oss-meta-author": "someone", "Content-Type": "text/plain"})
    assert put.etag == hashlib.md5(body).hexdigest().upper(), put.etag
    got = bucket.get_object(key)
    assert got.read() == body
    assert bucket.get_object(key, byte_range=(3, 9)).read() == body[3:10]
    head = bucket.head_object(key)
    assert head.content_length == len(body) and head.headers["x-oss-meta-author"] == "someone"
    assert head.content_type == "text/plain" and head.object_type == "Normal"
    assert bucket.object_exists(key) and not bucket.object_exists(key + "x")


@check
def listing_pages_and_delimits(bucket):
    for number in range(7):
        bucket.put_object("list/%d/x" % number, b"x")
    bucket.put_object("list/file", b"x")
    names = [found.key for found in oss2.ObjectIterator(bucket, prefix="list/", delimiter="/", max_keys=3)]
    assert names == ["list/%d/" % number for number in range(7)] + ["list/file"], names
    names = [found.key for found in oss2.ObjectIteratorV2(bucket, prefix="list/", max_keys=3)]
    assert len(names) == 8, names


@check
def a_resumable_upload_of_100_mib_with_4_threads(bucket):
    path = random_file("hundred.bin", 100 * MIB, 1)
    store = oss2.ResumableStore(root=WORK)
    seen = []
    result = oss2.resumable_upload(bucket, "hundred.bin", path, store=store, multipart_threshold=MIB, part_size=MIB,
                                   num_threads=4, progress_callback=lambda sent, total: seen.append(sent))
    assert result.status == 200 and seen[-1] == 100 * MIB
    copy = path + ".copy"
    bucket.get_object_to_file("hundred.bin", copy)
    assert md5_of(path) == md5_of(copy)
    assert open_uploads(bucket) == []


@check
def an_interrupted_upload_resumes(bucket):
    path = random_file("thirty.bin", 30 * MIB, 2)
    store = oss2.ResumableStore(root=WORK)

    class Stop(Exception):
        pass

    def stop_half_way(sent, total):
        if sent >= total // 2:
            raise Stop()

    upload = lambda progress: oss2.resumable_upload(bucket, "thirty.bin", path, store=store, multipart_threshold=MIB,
                                                    part_size=MIB, num_threads=4, progress_callback=progress)
    try:
        upload(stop_half_way)
        raise AssertionError("the upload was not interrupted")
    except Stop:
        pass
    (upload_id,) = open_uploads(bucket)
    stored = bucket.list_parts("thirty.bin", upload_id).parts
    assert 10 <= len(stored) < 30, len(stored)
    starts = []
    upload(lambda sent, total: starts.append(sent))
    assert starts[0] >= len(stored) * MIB, starts[0]
    copy = path + ".copy"
    bucket.get_object_to_file("thirty.bin", copy)
    assert md5_of(path) == md5_of(copy)


@check
def parts_are_listed_page_by_page_and_completed(bucket):
    key = "by-hand"
    upload_id = bucket.init_multipart_upload(key).upload_id
    bodies = [os.urandom(100 * 1024), os.urandom(100 * 1024), b"tail"]
    parts = []
    for number, body in enumerate(bodies, 1):
        result = bucket.upload_part(key, upload_id, number, body)
        parts.append(PartInfo(number, result.etag, size=len(body), part_crc=result.crc))
    listed = [part for part in oss2.PartIterator(bucket, key, upload_id, max_parts=1)]
    assert [part.part_number for part in listed] == [1, 2, 3]
    assert [part.size for part in listed] == [len(body) for body in bodies]
    done = bucket.complete_multipart_upload(key, upload_id, parts)
    assert done.etag.endswith("-3"), done.etag
    assert bucket.get_object(key).read() == b"".join(bodies)
    assert bucket.head_object(key).object_type == "Multipart"


@check
def an_abort_ends_an_upload(bucket):
    upload_id = bucket.init_multipart_upload("given-up").upload_id
    bucket.upload_part("given-up", upload_id, 1, b"x" * 1000)
    assert bucket.abort_multipart_upload("given-up", upload_id).status == 204
    for action in (lambda: bucket.list_parts("given-up", upload_id),
                   lambda: bucket.upload_part("given-up", upload_id, 1, b"x"),
                   lambda: bucket.abort_multipart_upload("given-up", upload_id),
                   lambda: bucket.complete_multipart_upload("given-up", upload_id, [])):
        try:
            action()
            raise AssertionError("the upload is still there")
        except oss2.exceptions.NoSuchUpload as error:
            assert error.status == 404 and error.request_id
    assert open_uploads(bucket) == []


@check
def errors_have_their_own_classes(bucket):
    stranger = oss2.Auth(os.environ["OSS_ACCESS_KEY_ID"], "not the secret")
    endpoint = os.environ["OSS_ENDPOINT"]
    cases = [
        (oss2.exceptions.NoSuchKey, lambda: bucket.get_object("missing")),
        (oss2.exceptions.NoSuchBucket, lambda: oss2.Bucket(bucket.auth, endpoint, "missing-bucket").get_object("x")),
        (oss2.exceptions.SignatureDoesNotMatch, lambda: oss2.Bucket(stranger, endpoint, BUCKET).get_object("x")),
        (oss2.exceptions.InvalidDigest, lambda: bucket.put_object("x", b"x", headers={"Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg=="})),
        (oss2.exceptions.BucketNotEmpty, bucket.delete_bucket),
    ]
    for wanted, action in cases:
        try:
            action()
            raise AssertionError("no %s" % wanted.__name__)
        except wanted as error:
            assert error.code and len(error.request_id) == 24, (error.code, error.request_id)


@check
def an_object_is_copied_whole_and_in_parts(bucket):
    body = os.urandom(300 * 1024)
    bucket.put_object("copy/source \u4f60", body, headers={"x-oss-meta-author": "someone"})
    bucket.copy_object(BUCKET, "copy/source \u4f60", "copy/same")
    assert bucket.get_object("copy/same").read() == body
    assert bucket.head_object("copy/same").headers["x-oss-meta-author"] == "someone"
    bucket.copy_object(BUCKET, "copy/source \u4f60", "copy/other",
                       headers={"x-oss-metadata-directive": "REPLACE", "x-oss-meta-author": "another"})
    assert bucket.head_object("copy/other").headers["x-oss-meta-author"] == "another"
    upload_id = bucket.init_multipart_upload("copy/parts").upload_id
    ranges = [(0, 200 * 1024 - 1), (200 * 1024, 300 * 1024 - 1)]
    parts = [PartInfo(number, bucket.upload_part_copy(BUCKET, "copy/source \u4f60", span, "copy/parts", upload_id, number).etag)
             for number, span in enumerate(ranges, 1)]
    bucket.complete_multipart_upload("copy/parts", upload_id, parts)
    assert bucket.get_object("copy/parts").read() == body
    refused(oss2.exceptions.NoSuchKey, lambda: bucket.copy_object(BUCKET, "copy/missing", "copy/x"))


@check
def an_object_is_appended_to(bucket):
    first = bucket.append_object("log", 0, b"one,")
    assert first.next_position == 4
    second = bucket.append_object("log", first.next_position, b"two", init_crc=first.crc)
    assert second.next_position == 7 and bucket.get_object("log").read() == b"one,two"
    assert bucket.head_object("log").object_type == "Appendable"
    error = refused(oss2.exceptions.PositionNotEqualToLength, lambda: bucket.append_object("log", 3, b"x"))
    assert error.next_position == 7
    bucket.put_object("not-a-log", b"x")
    refused(oss2.exceptions.ObjectNotAppendable, lambda: bucket.append_object("not-a-log", 1, b"x"))


@check
def a_symlink_leads_to_its_target(bucket):
    bucket.put_object("target \u4f60", b"the target")
    bucket.put_symlink("target \u4f60", "link")
    assert bucket.get_symlink("link").target_key == "target \u4f60"
    assert bucket.get_object("link").read() == b"the target"
    refused(oss2.exceptions.NoSuchKey, lambda: bucket.get_symlink("missing"))


@check
def tags_are_put_read_and_deleted(bucket):
    bucket.put_object("tagged", b"x", headers={"x-oss-tagging": "from=header"})
    assert bucket.get_object_tagging("tagged").tag_set.tagging_rule == {"from": "header"}
    bucket.put_object_tagging("tagged", tags(("colour", "red"), ("a b", "c+d")))
    assert bucket.get_object_tagging("tagged").tag_set.tagging_rule == {"colour": "red", "a b": "c+d"}
    assert bucket.head_object("tagged").headers["x-oss-tagging-count"] == "2"
    bucket.delete_object_tagging("tagged")
    assert bucket.get_object_tagging("tagged").tag_set.tagging_rule == {}
    bucket.put_bucket_tagging(tags(("team", "storage")))
    assert bucket.get_bucket_tagging().tag_set.tagging_rule == {"team": "storage"}
    bucket.delete_bucket_tagging()
    assert bucket.get_bucket_tagging().tag_set.tagging_rule == {}


@check
def acls_decide_what_a_stranger_may_read(bucket):
    bucket.put_object("public", b"for all")
    url = "%s/%s/public" % (os.environ["OSS_ENDPOINT"], BUCKET)
    assert bucket.get_object_acl("public").acl == oss2.OBJECT_ACL_DEFAULT
    assert fetch("GET", url)[0] == 403
    bucket.put_object_acl("public", oss2.OBJECT_ACL_PUBLIC_READ)
    assert bucket.get_object_acl("public").acl == oss2.OBJECT_ACL_PUBLIC_READ
    assert fetch("GET", url) == (200, b"for all")
    bucket.put_object_acl("public", oss2.OBJECT_ACL_PRIVATE)
    bucket.put_bucket_acl(oss2.BUCKET_ACL_PUBLIC_READ)
    assert bucket.get_bucket_acl().acl == oss2.BUCKET_ACL_PUBLIC_READ
    assert fetch("GET", url)[0] == 403
    bucket.put_object_acl("public", oss2.OBJECT_ACL_DEFAULT)
    assert fetch("GET", url) == (200, b"for all")
    assert fetch("PUT", url, b"x")[0] == 403
    bucket.put_bucket_acl(oss2.BUCKET_ACL_PRIVATE)
    assert bucket.get_bucket_info().acl.grant == "private" and bucket.get_bucket_location().location


@check
def lifecycle_rules_are_put_read_and_deleted(bucket):
    refused(oss2.exceptions.NoSuchLifecycle, bucket.get_bucket_lifecycle)
    rule = LifecycleRule("logs", "logs/", status=LifecycleRule.ENABLED, expiration=LifecycleExpiration(days=30),
                         abort_multipart_upload=AbortMultipartUpload(days=7))
    bucket.put_bucket_lifecycle(BucketLifecycle([rule]))
    (found,) = bucket.get_bucket_lifecycle().rules
    assert (found.id, found.prefix, found.status) == ("logs", "logs/", LifecycleRule.ENABLED)
    assert found.expiration.days == 30 and found.abort_multipart_upload.days == 7
    bucket.delete_bucket_lifecycle()
    refused(oss2.exceptions.NoSuchLifecycle, bucket.get_bucket_lifecycle)


def presigned_urls(bucket):
    key, text = "signed/a+b \u4f60", {"Content-Type": "text/plain"}
    put = bucket.sign_url("PUT", key, 60, headers=text, slash_safe=True)
    assert fetch("PUT", put, b"by url", text)[0] == 200
    assert fetch("GET", bucket.sign_url("GET", key, 60)) == (200, b"by url")
    named = bucket.sign_url("GET", key, 60, params={"response-content-type": "image/png"})
    with urllib.request.urlopen(named) as answer:
        assert answer.headers["Content-Type"] == "image/png"
    status, body = fetch("GET", bucket.sign_url("GET", key, 60).replace("signed", "sighed"))
    assert status == 403 and b"SignatureDoesNotMatch" in body, body


@check
def presigned_urls_of_v1_put_and_get(bucket):
    presigned_urls(bucket)
    status, body = fetch("GET", bucket.sign_url("GET", "signed/a+b \u4f60", -60))
    assert status == 403 and b"AccessDenied" in body and b"expired" in body, body


def v4():
    auth = oss2.AuthV4(os.environ["OSS_ACCESS_KEY_ID"], os.environ["OSS_ACCESS_KEY_SECRET"])
    return bucket_with(auth)


@check
def presigned_urls_of_v4_put_and_get(_bucket):
    presigned_urls(v4())


@check
def v4_signatures_are_understood(_bucket):
    bucket = v4()
    key, body = "v4/a+b c%20d\u4f60.txt", os.urandom(1000)
    bucket.put_object(key, body, headers={"x-oss-meta-author": "someone", "Content-Type": "text/plain"})
    assert bucket.get_object(key, byte_range=(3, 9)).read() == body[3:10]
    assert [found.key for found in oss2.ObjectIterator(bucket, prefix="v4/", delimiter="/")] == [key]
    upload_id = bucket.init_multipart_upload("v4/parts").upload_id
    part = bucket.upload_part("v4/parts", upload_id, 1, body)
    bucket.complete_multipart_upload("v4/parts", upload_id, [PartInfo(1, part.etag)])
    assert bucket.batch_delete_objects([key, "v4/parts"]).deleted_keys == [key, "v4/parts"]
    stranger = bucket_with(oss2.AuthV4(os.environ["OSS_ACCESS_KEY_ID"], "not the secret"))
    refused(oss2.exceptions.SignatureDoesNotMatch, lambda: stranger.get_object(key))


@check
def a_temporary_key_works_with_its_token_only(_bucket):
    key_id, secret = os.environ["OSS_STS_ACCESS_KEY_ID"], os.environ["OSS_STS_ACCESS_KEY_SECRET"]
    token = os.environ["OSS_STS_TOKEN"]
    for version in (oss2.AUTH_VERSION_1, oss2.AUTH_VERSION_4):
        bucket = bucket_with(oss2.StsAuth(key_id, secret, token, auth_version=version))
        bucket.put_object("by-token", version.encode())
        assert bucket.get_object("by-token").read() == version.encode()
        assert fetch("GET", bucket.sign_url("GET", "by-token", 60)) == (200, version.encode())
        wrong = bucket_with(oss2.StsAuth(key_id, secret, token + "x", auth_version=version))
        error = refused(oss2.exceptions.ServerError, lambda: wrong.get_object("by-token"))
        assert error.status == 403, error


@check
def several_objects_are_deleted_at_once(bucket):
    keys = ["several/%d & \u4f60" % number for number in range(5)]
    for key in keys:
        bucket.put_object(key, b"x")
    assert sorted(bucket.batch_delete_objects(keys + ["several/missing"]).deleted_keys) == sorted(keys + ["several/missing"])
    assert not [found for found in oss2.ObjectIterator(bucket, prefix="several/")]


@check
def everything_is_deleted(bucket):
    for found in oss2.ObjectIterator(bucket):
        assert bucket.delete_object(found.key).status == 204
    assert bucket.delete_bucket().status == 204


def main():
    auth = oss2.Auth(os.environ["OSS_ACCESS_KEY_ID"], os.environ["OSS_ACCESS_KEY_SECRET"])
    bucket = oss2.Bucket(auth, os.environ["OSS_ENDPOINT"], BUCKET)
    failed = False
    for function in CHECKS:
        line = {"check": function.__name__.replace("_", " "), "ok": True, "detail": ""}
        try:
            function(bucket)
        except Exception:
            failed = True
            line.update(ok=False, detail=traceback.format_exc(limit=-3))
        print(json.dumps(line), flush=True)
    sys.exit(1 if failed else 0)


main()
