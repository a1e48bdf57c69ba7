"""What an application does with oss2, unmodified, against the endpoint in OSS_ENDPOINT.

Prints one JSON line a check: {"check": ..., "ok": ..., "detail": ...}.
"""

import hashlib
import json
import os
import random
import sys
import traceback

import oss2
from oss2.models import PartInfo

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
