import com.aliyun.sdk.service.oss2.OSSClient;
import com.aliyun.sdk.service.oss2.OSSClientBuilder;
import com.aliyun.sdk.service.oss2.PresignOptions;
import com.aliyun.sdk.service.oss2.credentials.Credentials;
import com.aliyun.sdk.service.oss2.credentials.CredentialsProvider;
import com.aliyun.sdk.service.oss2.credentials.EnvironmentVariableCredentialsProvider;
import com.aliyun.sdk.service.oss2.credentials.StaticCredentialsProvider;
import com.aliyun.sdk.service.oss2.exceptions.ServiceException;
import com.aliyun.sdk.service.oss2.models.*;
import com.aliyun.sdk.service.oss2.transfermanager.Copier;
import com.aliyun.sdk.service.oss2.transfermanager.Downloader;
import com.aliyun.sdk.service.oss2.transfermanager.Uploader;
import com.aliyun.sdk.service.oss2.transfermanager.UploaderOptions;
import com.aliyun.sdk.service.oss2.transport.BinaryData;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What an application does with alibabacloud-oss-v2, unmodified, against the endpoint in OSS_ENDPOINT.
 *
 * Prints one JSON line a check: {"check": ..., "ok": ..., "detail": ...}.
 */
public final class Programme {
    private static final String ID = System.getenv("OSS_ACCESS_KEY_ID");
    private static final String SECRET = System.getenv("OSS_ACCESS_KEY_SECRET");
    private static final String BUCKET = Frame.BUCKET;

    private final OSSClient oss = open();

    private static OSSClient open() {
        return OSSClient.newBuilder()
            .credentialsProvider(new EnvironmentVariableCredentialsProvider())
            .region(System.getenv("OSS_REGION")).endpoint(System.getenv("OSS_ENDPOINT")).build();
    }

    private static OSSClientBuilder builder(CredentialsProvider keys) {
        return OSSClient.newBuilder().credentialsProvider(keys).region(Frame.REGION).endpoint(Frame.ENDPOINT);
    }

    private static OSSClient v1() {
        return builder(new StaticCredentialsProvider(ID, SECRET)).signatureVersion("v1").build();
    }

    /** Keys that run out after so many requests: what a vault that goes away looks like. */
    private static final class KeysThatRunOut implements CredentialsProvider {
        private final AtomicInteger left;

        KeysThatRunOut(int left) {
            this.left = new AtomicInteger(left);
        }

        @Override
        public Credentials getCredentials() {
            if (left.decrementAndGet() < 0) {
                throw new IllegalStateException("the keys have run out");
            }
            return new Credentials(ID, SECRET);
        }
    }

    private static void refused(int status, String code, Frame.Action action) throws Throwable {
        try {
            action.run();
        } catch (Exception thrown) {
            ServiceException found = ServiceException.asCause(thrown);
            Frame.hold(found != null, thrown);
            Frame.same(status + " " + code, found.statusCode() + " " + found.errorCode());
            Frame.hold(found.requestId().length() == 24, found.requestId());
            return;
        }
        throw new AssertionError("no " + code);
    }

    private static byte[] read(OSSClient from, String bucket, String key, String range) throws Exception {
        GetObjectRequest.Builder request = GetObjectRequest.newBuilder().bucket(bucket).key(key);
        if (range != null) {
            request.range(range);
        }
        try (GetObjectResult found = from.getObject(request.build())) {
            return found.body().readAllBytes();
        }
    }

    private static byte[] read(OSSClient from, String key) throws Exception {
        return read(from, BUCKET, key, null);
    }

    private static PutObjectRequest.Builder to(String key, byte[] body) {
        return PutObjectRequest.newBuilder().bucket(BUCKET).key(key).body(BinaryData.fromBytes(body));
    }

    private static PutObjectResult put(OSSClient to, String key, byte[] body) {
        return to.putObject(to(key, body).build());
    }

    private HeadObjectResult head(String key) {
        return oss.headObject(HeadObjectRequest.newBuilder().bucket(BUCKET).key(key).build());
    }

    private static List<String> keysBelow(OSSClient from, String prefix) {
        List<String> keys = new ArrayList<>();
        ListObjectsV2Request request = ListObjectsV2Request.newBuilder().bucket(BUCKET).prefix(prefix).maxKeys(3L).build();
        for (ListObjectsV2Result page : from.listObjectsV2Paginator(request)) {
            if (page.contents() != null) {
                page.contents().forEach(found -> keys.add(found.key()));
            }
        }
        return keys;
    }

    private List<String> openUploads() {
        List<Upload> uploads =
            oss.listMultipartUploads(ListMultipartUploadsRequest.newBuilder().bucket(BUCKET).build()).uploads();
        return uploads == null ? List.of() : uploads.stream().map(Upload::uploadId).toList();
    }

    private String initiate(String key) {
        return oss.initiateMultipartUpload(InitiateMultipartUploadRequest.newBuilder().bucket(BUCKET).key(key).build())
            .initiateMultipartUpload().uploadId();
    }

    private Part part(String key, String upload, long number, byte[] body) {
        UploadPartResult sent = oss.uploadPart(UploadPartRequest.newBuilder().bucket(BUCKET).key(key).uploadId(upload)
            .partNumber(number).body(BinaryData.fromBytes(body)).build());
        return Part.newBuilder().partNumber(number).eTag(sent.eTag()).build();
    }

    private CompleteMultipartUploadResult complete(String key, String upload, List<Part> parts) {
        return oss.completeMultipartUpload(CompleteMultipartUploadRequest.newBuilder().bucket(BUCKET).key(key).uploadId(upload)
            .completeMultipartUpload(CompleteMultipartUpload.newBuilder().parts(parts).build()).build());
    }

    private static Tagging tagging(Map<String, String> pairs) {
        List<Tag> tags = pairs.entrySet().stream()
            .map(pair -> Tag.newBuilder().key(pair.getKey()).value(pair.getValue()).build()).toList();
        return Tagging.newBuilder().tagSet(TagSet.newBuilder().tags(tags).build()).build();
    }

    private static Map<String, String> pairs(Tagging tagging) {
        Map<String, String> found = new TreeMap<>();
        if (tagging.tagSet() != null && tagging.tagSet().tags() != null) {
            tagging.tagSet().tags().forEach(tag -> found.put(tag.key(), tag.value()));
        }
        return found;
    }

    private void bucketIsCreated() {
        oss.putBucket(PutBucketRequest.newBuilder().bucket(BUCKET).build());
        Frame.same(List.of(BUCKET), oss.listBuckets(ListBucketsRequest.newBuilder().prefix(BUCKET).build()).buckets().stream()
            .map(BucketSummary::name).toList());
        Frame.same(BUCKET, oss.getBucketInfo(GetBucketInfoRequest.newBuilder().bucket(BUCKET).build()).bucketInfo().name());
        Frame.same(0L, oss.getBucketStat(GetBucketStatRequest.newBuilder().bucket(BUCKET).build()).bucketStat().objectCount());
        Frame.hold(oss.doesBucketExist(BUCKET) && !oss.doesBucketExist(BUCKET + "-missing"));
    }

    private void objectIsPut() throws Throwable {
        String key = "odd keys/a+b c%20d\u4f60.txt";
        byte[] body = "hello \u4f60\u597d ".repeat(1000).getBytes(StandardCharsets.UTF_8);
        PutObjectResult stored = oss.putObject(to(key, body).contentType("text/plain").metadata(Map.of("author", "someone")).build());
        String md5 = HexFormat.of().withUpperCase().formatHex(MessageDigest.getInstance("MD5").digest(body));
        Frame.same(md5, stored.eTag().replace("\"", ""));
        Frame.hold(Arrays.equals(body, read(oss, key)));
        Frame.hold(Arrays.equals(Arrays.copyOfRange(body, 3, 10), read(oss, BUCKET, key, "bytes=3-9")));
        HeadObjectResult head = head(key);
        Frame.same("someone text/plain Normal " + body.length, head.metadata().get("author") + " " + head.contentType() + " "
            + head.objectType() + " " + head.contentLength());
        Frame.same(stored.hashCrc64ecma(), head.hashCrc64ecma());
        Frame.hold(oss.doesObjectExist(BUCKET, key) && !oss.doesObjectExist(BUCKET, key + "x"));
        refused(409, "FileAlreadyExists", () -> oss.putObject(to(key, body).forbidOverwrite(true).build()));
    }

    private void objectIsCopied() throws Throwable {
        String source = "copy/source \u4f60";
        byte[] body = Frame.random(300 * 1024);
        oss.putObject(to(source, body).metadata(Map.of("author", "someone")).build());
        CopyObjectRequest.Builder copy = CopyObjectRequest.newBuilder().bucket(BUCKET).sourceBucket(BUCKET).sourceKey(source);
        oss.copyObject(copy.key("copy/same").build());
        Frame.hold(Arrays.equals(body, read(oss, "copy/same")));
        Frame.same("someone", head("copy/same").metadata().get("author"));
        String upload = initiate("copy/parts");
        List<Part> parts = new ArrayList<>();
        for (String span : List.of("bytes=0-204799", "bytes=204800-307199")) {
            long number = parts.size() + 1;
            UploadPartCopyResult sent = oss.uploadPartCopy(UploadPartCopyRequest.newBuilder().bucket(BUCKET).key("copy/parts")
                .uploadId(upload).partNumber(number).sourceBucket(BUCKET).sourceKey(source).copySourceRange(span).build());
            parts.add(Part.newBuilder().partNumber(number).eTag(sent.copyPartResult().eTag()).build());
        }
        complete("copy/parts", upload, parts);
        Frame.hold(Arrays.equals(body, read(oss, "copy/parts")));
        new Copier(oss).copy(copy.key("copy/by-copier").build());
        Frame.hold(Arrays.equals(body, read(oss, "copy/by-copier")));
    }

    private long append(long position, String text) {
        return oss.appendObject(AppendObjectRequest.newBuilder().bucket(BUCKET).key("log").position(position)
            .body(BinaryData.fromString(text)).build()).nextAppendPosition();
    }

    private void objectIsAppendedTo() throws Throwable {
        Frame.same(4L, append(0, "one,"));
        Frame.same(7L, append(4, "two"));
        Frame.same("one,two", new String(read(oss, "log")));
        refused(409, "PositionNotEqualToLength", () -> append(3, "x"));
    }

    private void listingPages() {
        List<String> wanted = new ArrayList<>();
        for (int number = 0; number < 7; number++) {
            wanted.add("list/" + number + " & \u4f60/");
            put(oss, wanted.get(number) + "x", new byte[1]);
        }
        put(oss, "list/file", new byte[1]);
        wanted.add("list/file");
        List<String> old = new ArrayList<>();
        for (ListObjectsResult page : oss.listObjectsPaginator(ListObjectsRequest.newBuilder().bucket(BUCKET).prefix("list/")
                .delimiter("/").maxKeys(3L).build())) {
            note(old, page.commonPrefixes(), page.contents());
        }
        List<String> latest = new ArrayList<>();
        for (ListObjectsV2Result page : oss.listObjectsV2Paginator(ListObjectsV2Request.newBuilder().bucket(BUCKET).prefix("list/")
                .delimiter("/").maxKeys(3L).build())) {
            note(latest, page.commonPrefixes(), page.contents());
        }
        Frame.same(wanted, old);
        Frame.same(wanted, latest);
    }

    private static void note(List<String> names, List<CommonPrefix> prefixes, List<ObjectSummary> contents) {
        if (prefixes != null) {
            prefixes.forEach(found -> names.add(found.prefix()));
        }
        if (contents != null) {
            contents.forEach(found -> names.add(found.key()));
        }
    }

    private void partsAreCompleted() throws Throwable {
        String key = "by-hand \u4f60";
        String upload = initiate(key);
        Frame.same(List.of(upload), openUploads());
        byte[] body = Frame.random(204804);
        List<Part> parts = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            byte[] slice = Arrays.copyOfRange(body, (number - 1) * 102400, Math.min(number * 102400, body.length));
            parts.add(part(key, upload, number, slice));
        }
        List<Long> sizes = new ArrayList<>();
        for (ListPartsResult page : oss.listPartsPaginator(ListPartsRequest.newBuilder().bucket(BUCKET).key(key).uploadId(upload)
                .maxParts(1L).build())) {
            page.parts().forEach(found -> sizes.add(found.size()));
        }
        Frame.same(List.of(102400L, 102400L, 4L), sizes);
        CompleteMultipartUploadResultXml done = complete(key, upload, parts).completeMultipartUpload();
        Frame.hold(done.eTag().replace("\"", "").endsWith("-3") && done.key().equals(key), done.eTag(), done.key());
        Frame.hold(Arrays.equals(body, read(oss, key)));
    }

    private void abortEndsAnUpload() throws Throwable {
        String key = "given-up";
        String upload = initiate(key);
        Part sent = part(key, upload, 1, new byte[1000]);
        AbortMultipartUploadRequest abort = AbortMultipartUploadRequest.newBuilder().bucket(BUCKET).key(key).uploadId(upload).build();
        Frame.same(204, oss.abortMultipartUpload(abort).statusCode());
        refused(404, "NoSuchUpload",
            () -> oss.listParts(ListPartsRequest.newBuilder().bucket(BUCKET).key(key).uploadId(upload).build()));
        refused(404, "NoSuchUpload", () -> part(key, upload, 1, new byte[1]));
        refused(404, "NoSuchUpload", () -> oss.abortMultipartUpload(abort));
        refused(404, "NoSuchUpload", () -> complete(key, upload, List.of(sent)));
        Frame.same(List.of(), openUploads());
    }

    private void interruptedUploadResumes() throws Throwable {
        Path file = Frame.randomFile("thirty.bin", 30 * Frame.MIB);
        UploaderOptions options = UploaderOptions.newBuilder().partSize(Frame.MIB).parallelNum(4).enableCheckpoint(true)
            .checkpointDir(System.getenv("WORK_DIR")).build();
        PutObjectRequest request = PutObjectRequest.newBuilder().bucket(BUCKET).key("thirty.bin").build();
        boolean interrupted = false;
        try {
            new Uploader(builder(new KeysThatRunOut(15)).build()).uploadFile(request, file.toString(), options);
        } catch (Exception expected) {
            interrupted = true;
        }
        Frame.hold(interrupted);
        List<String> uploads = openUploads();
        Frame.same(1, uploads.size());
        int stored = oss.listParts(ListPartsRequest.newBuilder().bucket(BUCKET).key("thirty.bin").uploadId(uploads.get(0)).build())
            .parts().size();
        Frame.hold(stored > 5 && stored < 15, stored);
        KeysThatRunOut many = new KeysThatRunOut(1000);
        String resumed = new Uploader(builder(many).build()).uploadFile(request, file.toString(), options).uploadId();
        int used = 1000 - many.left.get();
        Frame.hold(resumed.equals(uploads.get(0)) && used < 30, resumed, uploads, stored, used);
        new Downloader(oss).downloadFile(GetObjectRequest.newBuilder().bucket(BUCKET).key("thirty.bin").build(), file + ".copy");
        Frame.same(-1L, Files.mismatch(file, Path.of(file + ".copy")));
        Frame.same(List.of(), openUploads());
    }

    private void symlinkLeads() throws Throwable {
        put(oss, "target \u4f60", "the target".getBytes());
        oss.putSymlink(PutSymlinkRequest.newBuilder().bucket(BUCKET).key("link")
            .symlinkTarget(URLEncoder.encode("target \u4f60", StandardCharsets.UTF_8)).build());
        String found = oss.getSymlink(GetSymlinkRequest.newBuilder().bucket(BUCKET).key("link").build()).symlinkTarget();
        Frame.same("target \u4f60", URLDecoder.decode(found, StandardCharsets.UTF_8));
        Frame.same("the target", new String(read(oss, "link")));
    }

    private Map<String, String> tags() {
        return pairs(oss.getObjectTagging(GetObjectTaggingRequest.newBuilder().bucket(BUCKET).key("tagged").build()).tagging());
    }

    private void tagsAreKept() {
        oss.putObject(to("tagged", new byte[1]).tagging("from=header").build());
        Frame.same(Map.of("from", "header"), tags());
        oss.putObjectTagging(PutObjectTaggingRequest.newBuilder().bucket(BUCKET).key("tagged")
            .tagging(tagging(Map.of("colour", "red", "a b", "c+d"))).build());
        Frame.same(Map.of("colour", "red", "a b", "c+d"), tags());
        oss.deleteObjectTagging(DeleteObjectTaggingRequest.newBuilder().bucket(BUCKET).key("tagged").build());
        Frame.same(Map.of(), tags());
        oss.putBucketTags(PutBucketTagsRequest.newBuilder().bucket(BUCKET).tagging(tagging(Map.of("team", "storage"))).build());
        Frame.same(Map.of("team", "storage"),
            pairs(oss.getBucketTags(GetBucketTagsRequest.newBuilder().bucket(BUCKET).build()).tagging()));
        oss.deleteBucketTags(DeleteBucketTagsRequest.newBuilder().bucket(BUCKET).build());
    }

    private void setAcl(String acl) {
        oss.putObjectAcl(PutObjectAclRequest.newBuilder().bucket(BUCKET).key("public").objectAcl(acl).build());
        Frame.same(acl, oss.getObjectAcl(GetObjectAclRequest.newBuilder().bucket(BUCKET).key("public").build())
            .accessControlPolicy().accessControlList().grant());
    }

    private void aclsDecide() throws Throwable {
        String url = Frame.ENDPOINT + "/" + BUCKET + "/public";
        put(oss, "public", "for all".getBytes());
        Frame.same(403, Frame.fetch(url).status());
        setAcl("public-read");
        Frame.same("for all", Frame.fetch(url).body());
        setAcl("default");
        Frame.same(403, Frame.fetch(url).status());
        oss.putBucketAcl(PutBucketAclRequest.newBuilder().bucket(BUCKET).acl("public-read").build());
        Frame.same("public-read", oss.getBucketAcl(GetBucketAclRequest.newBuilder().bucket(BUCKET).build()).accessControlPolicy()
            .accessControlList().grant());
        Frame.same("for all", Frame.fetch(url).body());
        Frame.same(403, Frame.fetch("PUT", url, new byte[1], Map.of()).status());
        oss.putBucketAcl(PutBucketAclRequest.newBuilder().bucket(BUCKET).acl("private").build());
    }

    private GetBucketLifecycleResult lifecycle() {
        return oss.getBucketLifecycle(GetBucketLifecycleRequest.newBuilder().bucket(BUCKET).build());
    }

    private void lifecycleIsKept() throws Throwable {
        refused(404, "NoSuchLifecycle", this::lifecycle);
        LifecycleRule rule = LifecycleRule.newBuilder().id("logs").prefix("logs/").status("Enabled")
            .expiration(LifecycleRuleExpiration.newBuilder().days(30).build())
            .abortMultipartUpload(LifecycleRuleAbortMultipartUpload.newBuilder().days(7).build()).build();
        oss.putBucketLifecycle(PutBucketLifecycleRequest.newBuilder().bucket(BUCKET)
            .lifecycleConfiguration(LifecycleConfiguration.newBuilder().rules(List.of(rule)).build()).build());
        LifecycleRule found = lifecycle().lifecycleConfiguration().rules().get(0);
        Frame.same("logs logs/ 30 7", found.id() + " " + found.prefix() + " " + found.expiration().days() + " "
            + found.abortMultipartUpload().days());
        oss.deleteBucketLifecycle(DeleteBucketLifecycleRequest.newBuilder().bucket(BUCKET).build());
        refused(404, "NoSuchLifecycle", this::lifecycle);
    }

    private static String presignedGet(OSSClient signer, String key) {
        return signer.presign(GetObjectRequest.newBuilder().bucket(BUCKET).key(key).build(), minute()).url();
    }

    private static PresignOptions minute() {
        return PresignOptions.newBuilder().expiration(Duration.ofMinutes(1)).build();
    }

    private static void presignedUrls(OSSClient signer) throws Throwable {
        String key = "signed/a+b \u4f60";
        PresignResult put = signer.presign(
            PutObjectRequest.newBuilder().bucket(BUCKET).key(key).contentType("text/plain").build(), minute());
        Frame.Fetched stored = Frame.fetch(put.method(), put.url(), "by url".getBytes(), put.signedHeaders().orElse(Map.of()));
        Frame.hold(stored.status() == 200, stored);
        String get = presignedGet(signer, key);
        Frame.same("by url", Frame.fetch(get).body());
        Frame.Fetched other = Frame.fetch(get.replace("signed", "sighed"));
        Frame.hold(other.status() == 403 && other.body().contains("SignatureDoesNotMatch"), other);
        String typed = signer.presign(
            GetObjectRequest.newBuilder().bucket(BUCKET).key(key).responseContentType("image/png").build(), minute()).url();
        Frame.same("image/png", Frame.fetch(typed).contentType());
    }

    private void v1IsUnderstood() throws Throwable {
        String key = "v1/a+b c%20d\u4f60.txt";
        put(v1(), key, "v1".getBytes());
        Frame.same("v1", new String(read(v1(), key)));
        Frame.same(List.of(key), keysBelow(v1(), "v1/"));
    }

    private void temporaryKeyWorks() throws Throwable {
        String token = System.getenv("OSS_STS_TOKEN");
        Frame.hold(token != null, "OSS_STS_TOKEN is not given");
        String id = System.getenv("OSS_STS_ACCESS_KEY_ID");
        String secret = System.getenv("OSS_STS_ACCESS_KEY_SECRET");
        for (String version : List.of("v1", "v4")) {
            OSSClient holder = builder(new StaticCredentialsProvider(id, secret, token)).signatureVersion(version).build();
            put(holder, "by-token", "token".getBytes());
            Frame.same("token", new String(read(holder, "by-token")));
            Frame.same("token", Frame.fetch(presignedGet(holder, "by-token")).body());
            OSSClient wrong = builder(new StaticCredentialsProvider(id, secret, token + "x")).signatureVersion(version).build();
            try {
                read(wrong, "by-token");
                throw new AssertionError("a wrong token was taken");
            } catch (Exception thrown) {
                Frame.same(403, ServiceException.asCause(thrown).statusCode());
            }
        }
    }

    private void errorsHaveCodes() throws Throwable {
        OSSClient stranger = builder(new StaticCredentialsProvider(ID, "not the secret")).build();
        OSSClient unknown = builder(new StaticCredentialsProvider("nobody", "not the secret")).build();
        refused(404, "NoSuchKey", () -> read(oss, "missing"));
        refused(404, "NoSuchBucket", () -> read(oss, "missing-bucket", "x", null));
        refused(403, "SignatureDoesNotMatch", () -> read(stranger, "x"));
        refused(403, "InvalidAccessKeyId", () -> read(unknown, "x"));
        refused(409, "BucketNotEmpty", () -> oss.deleteBucket(DeleteBucketRequest.newBuilder().bucket(BUCKET).build()));
        refused(400, "InvalidDigest", () -> oss.putObject(to("x", new byte[1]).contentMd5("1B2M2Y8AsgTpgAmY7PhCfg==").build()));
    }

    private void everythingIsDeleted() {
        List<String> keys = keysBelow(oss, "");
        oss.deleteObject(DeleteObjectRequest.newBuilder().bucket(BUCKET).key(keys.remove(0)).build());
        List<ObjectIdentifier> objects = keys.stream().map(key -> ObjectIdentifier.newBuilder().key(key).build()).toList();
        List<String> gone = oss.deleteMultipleObjects(DeleteMultipleObjectsRequest.newBuilder().bucket(BUCKET)
            .delete(Delete.newBuilder().objects(objects).build()).build()).deletedObjects().stream()
            .map(DeletedInfo::key).sorted().toList();
        Frame.same(keys.stream().sorted().toList(), gone);
        oss.deleteBucket(DeleteBucketRequest.newBuilder().bucket(BUCKET).build());
    }

    public static void main(String[] arguments) {
        Programme own = new Programme();
        Frame frame = new Frame();
        frame.check("a bucket is created and listed", own::bucketIsCreated);
        frame.check("an object is put read ranged and headed", own::objectIsPut);
        frame.check("an object is copied whole and in parts", own::objectIsCopied);
        frame.check("an object is appended to", own::objectIsAppendedTo);
        frame.check("listing pages and delimits", own::listingPages);
        frame.check("parts are listed page by page and completed", own::partsAreCompleted);
        frame.check("an abort ends an upload", own::abortEndsAnUpload);
        frame.check("an interrupted upload resumes from its checkpoint", own::interruptedUploadResumes);
        frame.check("a symlink leads to its target", own::symlinkLeads);
        frame.check("tags are put read and deleted", own::tagsAreKept);
        frame.check("acls decide what a stranger may read", own::aclsDecide);
        frame.check("lifecycle rules are put read and deleted", own::lifecycleIsKept);
        frame.check("presigned urls of v4 put and get", () -> presignedUrls(own.oss));
        frame.check("presigned urls of v1 put and get", () -> presignedUrls(v1()));
        frame.check("v1 signatures are understood", own::v1IsUnderstood);
        frame.check("a temporary key works with its token only", own::temporaryKeyWorks);
        frame.check("errors have their own codes", own::errorsHaveCodes);
        frame.check("everything is deleted", own::everythingIsDeleted);
        System.exit(frame.run() ? 0 : 1);
    }
}
