import com.aliyun.oss.ClientBuilderConfiguration;
import com.aliyun.oss.ClientException;
import com.aliyun.oss.HttpMethod;
import com.aliyun.oss.OSS;
import com.aliyun.oss.OSSClientBuilder;
import com.aliyun.oss.OSSException;
import com.aliyun.oss.common.auth.Credentials;
import com.aliyun.oss.common.auth.CredentialsProvider;
import com.aliyun.oss.common.auth.DefaultCredentialProvider;
import com.aliyun.oss.common.comm.SignVersion;
import com.aliyun.oss.model.*;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What an application does with aliyun-sdk-oss, unmodified, against the endpoint in OSS_ENDPOINT.
 *
 * Prints one JSON line a check: {"check": ..., "ok": ..., "detail": ...}.
 */
public final class Programme {
    private static final String ID = System.getenv("OSS_ACCESS_KEY_ID");
    private static final String SECRET = System.getenv("OSS_ACCESS_KEY_SECRET");
    private static final String BUCKET = Frame.BUCKET;

    private final OSS oss = open();

    private static OSS open() {
        return new OSSClientBuilder().build(
            System.getenv("OSS_ENDPOINT"), System.getenv("OSS_ACCESS_KEY_ID"), System.getenv("OSS_ACCESS_KEY_SECRET"));
    }

    private static OSS clientWith(CredentialsProvider keys, SignVersion version) {
        ClientBuilderConfiguration configuration = new ClientBuilderConfiguration();
        configuration.setSignatureVersion(version);
        return OSSClientBuilder.create().endpoint(Frame.ENDPOINT).region(Frame.REGION).credentialsProvider(keys)
            .clientConfiguration(configuration).build();
    }

    private static OSS v4() {
        return clientWith(new DefaultCredentialProvider(ID, SECRET), SignVersion.V4);
    }

    /** Keys that run out after so many requests: what a vault that goes away looks like. */
    private static final class KeysThatRunOut implements CredentialsProvider {
        private final Credentials credentials = new DefaultCredentialProvider(ID, SECRET).getCredentials();
        private final AtomicInteger left;

        KeysThatRunOut(int left) {
            this.left = new AtomicInteger(left);
        }

        @Override
        public void setCredentials(Credentials ignored) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Credentials getCredentials() {
            if (left.decrementAndGet() < 0) {
                throw new ClientException("the keys have run out");
            }
            return credentials;
        }
    }

    private static void refused(String code, Frame.Action action) throws Throwable {
        try {
            action.run();
        } catch (OSSException thrown) {
            Frame.same(code, thrown.getErrorCode());
            Frame.hold(thrown.getRequestId().length() == 24, thrown.getRequestId());
            return;
        }
        throw new AssertionError("no " + code);
    }

    private static byte[] all(InputStream stream) throws Exception {
        try (stream) {
            return stream.readAllBytes();
        }
    }

    private static byte[] read(OSS from, String key) throws Exception {
        return all(from.getObject(BUCKET, key).getObjectContent());
    }

    private static PutObjectResult put(OSS to, String key, byte[] body) {
        return to.putObject(BUCKET, key, new ByteArrayInputStream(body));
    }

    private static ObjectMetadata by(String author) {
        ObjectMetadata metadata = new ObjectMetadata();
        metadata.addUserMetadata("author", author);
        return metadata;
    }

    private List<String> keysBelow(OSS from, String prefix) {
        List<String> keys = new ArrayList<>();
        String token = null;
        do {
            ListObjectsV2Result page = from.listObjectsV2(new ListObjectsV2Request(BUCKET).withPrefix(prefix)
                .withMaxKeys(3).withContinuationToken(token));
            page.getObjectSummaries().forEach(found -> keys.add(found.getKey()));
            token = page.isTruncated() ? page.getNextContinuationToken() : null;
        } while (token != null);
        return keys;
    }

    private List<String> openUploads() {
        return oss.listMultipartUploads(new ListMultipartUploadsRequest(BUCKET)).getMultipartUploads().stream()
            .map(MultipartUpload::getUploadId).toList();
    }

    private String initiate(String key) {
        return oss.initiateMultipartUpload(new InitiateMultipartUploadRequest(BUCKET, key)).getUploadId();
    }

    private UploadPartResult part(String key, String upload, int number, byte[] body) {
        return oss.uploadPart(new UploadPartRequest(BUCKET, key, upload, number, new ByteArrayInputStream(body), body.length));
    }

    private void bucketIsCreated() {
        oss.createBucket(BUCKET);
        Frame.same(List.of(BUCKET), oss.listBuckets(BUCKET, null, 10).getBucketList().stream().map(Bucket::getName).toList());
        Frame.same(BUCKET, oss.getBucketInfo(BUCKET).getBucket().getName());
        Frame.same("oss-" + Frame.REGION, oss.getBucketLocation(BUCKET));
        Frame.same(0L, oss.getBucketStat(BUCKET).getObjectCount());
        Frame.hold(oss.doesBucketExist(BUCKET) && !oss.doesBucketExist(BUCKET + "-missing"));
    }

    private void objectIsPut() throws Throwable {
        String key = "odd keys/a+b c%20d\u4f60.txt";
        byte[] body = "hello \u4f60\u597d ".repeat(1000).getBytes("UTF-8");
        ObjectMetadata metadata = by("someone");
        metadata.setContentType("text/plain");
        PutObjectResult stored = oss.putObject(BUCKET, key, new ByteArrayInputStream(body), metadata);
        Frame.same(HexFormat.of().withUpperCase().formatHex(MessageDigest.getInstance("MD5").digest(body)), stored.getETag());
        Frame.hold(Arrays.equals(body, read(oss, key)));
        byte[] span = all(oss.getObject(new GetObjectRequest(BUCKET, key).withRange(3, 9)).getObjectContent());
        Frame.hold(Arrays.equals(Arrays.copyOfRange(body, 3, 10), span));
        ObjectMetadata head = oss.headObject(BUCKET, key);
        Frame.same("someone", head.getUserMetadata().get("author"));
        Frame.same("text/plain", head.getContentType());
        Frame.same((long) body.length, head.getContentLength());
        Frame.same((long) body.length, oss.getSimplifiedObjectMeta(BUCKET, key).getSize());
        Frame.hold(oss.doesObjectExist(BUCKET, key) && !oss.doesObjectExist(BUCKET, key + "x"));
    }

    private void objectIsCopied() throws Throwable {
        String source = "copy/source \u4f60";
        byte[] body = Frame.random(300 * 1024);
        oss.putObject(BUCKET, source, new ByteArrayInputStream(body), by("someone"));
        oss.copyObject(BUCKET, source, BUCKET, "copy/same");
        Frame.hold(Arrays.equals(body, read(oss, "copy/same")));
        Frame.same("someone", oss.headObject(BUCKET, "copy/same").getUserMetadata().get("author"));
        CopyObjectRequest other = new CopyObjectRequest(BUCKET, source, BUCKET, "copy/other");
        other.setNewObjectMetadata(by("another"));
        oss.copyObject(other);
        Frame.same("another", oss.headObject(BUCKET, "copy/other").getUserMetadata().get("author"));
        String upload = initiate("copy/parts");
        List<PartETag> parts = new ArrayList<>();
        for (int number = 1; number <= 2; number++) {
            long begin = (number - 1) * 204800L;
            parts.add(oss.uploadPartCopy(new UploadPartCopyRequest(BUCKET, source, BUCKET, "copy/parts", upload, number, begin,
                Math.min(204800L, body.length - begin))).getPartETag());
        }
        oss.completeMultipartUpload(new CompleteMultipartUploadRequest(BUCKET, "copy/parts", upload, parts));
        Frame.hold(Arrays.equals(body, read(oss, "copy/parts")));
        refused("NoSuchKey", () -> oss.copyObject(BUCKET, "copy/missing", BUCKET, "copy/x"));
    }

    private AppendObjectResult append(long position, String text) {
        return oss.appendObject(new AppendObjectRequest(BUCKET, "log", new ByteArrayInputStream(text.getBytes())).withPosition(position));
    }

    private void objectIsAppendedTo() throws Throwable {
        Frame.same(4L, append(0, "one,").getNextPosition());
        Frame.same(7L, append(4, "two").getNextPosition());
        Frame.same("one,two", new String(read(oss, "log")));
        refused("PositionNotEqualToLength", () -> append(3, "x"));
    }

    private void listingPages() {
        List<String> wanted = new ArrayList<>();
        for (int number = 0; number < 7; number++) {
            wanted.add("list/" + number + " & \u4f60/");
            put(oss, wanted.get(number) + "x", new byte[1]);
        }
        put(oss, "list/file", new byte[1]);
        wanted.add("list/file");
        List<String> names = new ArrayList<>();
        ObjectListing page;
        String marker = null;
        do {
            page = oss.listObjects(new ListObjectsRequest(BUCKET, "list/", marker, "/", 3));
            names.addAll(page.getCommonPrefixes());
            page.getObjectSummaries().forEach(found -> names.add(found.getKey()));
            marker = page.getNextMarker();
        } while (page.isTruncated());
        Frame.same(wanted, names);
        Frame.same(8, keysBelow(oss, "list/").size());
    }

    private void partsAreCompleted() throws Throwable {
        String key = "by-hand \u4f60";
        String upload = initiate(key);
        Frame.same(List.of(upload), openUploads());
        byte[] body = Frame.random(204804);
        List<PartETag> parts = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            byte[] slice = Arrays.copyOfRange(body, (number - 1) * 102400, Math.min(number * 102400, body.length));
            parts.add(part(key, upload, number, slice).getPartETag());
        }
        ListPartsRequest list = new ListPartsRequest(BUCKET, key, upload);
        list.setMaxParts(2);
        PartListing first = oss.listParts(list);
        Frame.hold(first.isTruncated() && first.getParts().size() == 2 && first.getNextPartNumberMarker() == 2);
        list.setPartNumberMarker(2);
        PartListing rest = oss.listParts(list);
        Frame.hold(!rest.isTruncated() && rest.getParts().get(0).getSize() == 4);
        CompleteMultipartUploadResult done =
            oss.completeMultipartUpload(new CompleteMultipartUploadRequest(BUCKET, key, upload, parts));
        Frame.hold(done.getETag().endsWith("-3"), done.getETag());
        Frame.hold(Arrays.equals(body, read(oss, key)));
    }

    private void abortEndsAnUpload() throws Throwable {
        String key = "given-up";
        String upload = initiate(key);
        PartETag sent = part(key, upload, 1, new byte[1000]).getPartETag();
        oss.abortMultipartUpload(new AbortMultipartUploadRequest(BUCKET, key, upload));
        refused("NoSuchUpload", () -> oss.listParts(new ListPartsRequest(BUCKET, key, upload)));
        refused("NoSuchUpload", () -> part(key, upload, 1, new byte[1]));
        refused("NoSuchUpload", () -> oss.abortMultipartUpload(new AbortMultipartUploadRequest(BUCKET, key, upload)));
        refused("NoSuchUpload", () -> oss.completeMultipartUpload(
            new CompleteMultipartUploadRequest(BUCKET, key, upload, new ArrayList<>(List.of(sent)))));
        Frame.same(List.of(), openUploads());
    }

    private void interruptedUploadResumes() throws Throwable {
        Path file = Frame.randomFile("thirty.bin", 30 * Frame.MIB);
        UploadFileRequest request = new UploadFileRequest(BUCKET, "thirty.bin", file.toString(), Frame.MIB, 4, true,
            file + ".cp");
        KeysThatRunOut few = new KeysThatRunOut(15);
        boolean interrupted = false;
        try {
            clientWith(few, SignVersion.V1).uploadFile(request);
        } catch (Throwable expected) {
            interrupted = true;
        }
        Frame.hold(interrupted);
        List<String> uploads = openUploads();
        Frame.same(1, uploads.size());
        int stored = oss.listParts(new ListPartsRequest(BUCKET, "thirty.bin", uploads.get(0))).getParts().size();
        Frame.hold(stored > 5 && stored < 15, stored);
        KeysThatRunOut many = new KeysThatRunOut(1000);
        clientWith(many, SignVersion.V1).uploadFile(request);
        int used = 1000 - many.left.get();
        Frame.hold(used >= 30 - stored && used <= 32 - stored, stored, used);
        oss.getObject(new GetObjectRequest(BUCKET, "thirty.bin"), new File(file + ".copy"));
        Frame.same(-1L, Files.mismatch(file, Path.of(file + ".copy")));
        Frame.same(List.of(), openUploads());
    }

    private void symlinkLeads() throws Throwable {
        put(oss, "target \u4f60", "the target".getBytes());
        oss.createSymlink(BUCKET, "link", "target \u4f60");
        Frame.same("target \u4f60", oss.getSymlink(BUCKET, "link").getTarget());
        Frame.same("the target", new String(read(oss, "link")));
    }

    private void tagsAreKept() {
        ObjectMetadata metadata = new ObjectMetadata();
        metadata.setObjectTagging(Map.of("from", "header"));
        oss.putObject(BUCKET, "tagged", new ByteArrayInputStream(new byte[1]), metadata);
        Frame.same(Map.of("from", "header"), oss.getObjectTagging(BUCKET, "tagged").getAllTags());
        oss.setObjectTagging(BUCKET, "tagged", Map.of("colour", "red", "a b", "c+d"));
        Frame.same(Map.of("colour", "red", "a b", "c+d"), oss.getObjectTagging(BUCKET, "tagged").getAllTags());
        oss.deleteObjectTagging(BUCKET, "tagged");
        Frame.same(Map.of(), oss.getObjectTagging(BUCKET, "tagged").getAllTags());
        oss.setBucketTagging(BUCKET, Map.of("team", "storage"));
        Frame.same(Map.of("team", "storage"), oss.getBucketTagging(BUCKET).getAllTags());
        oss.deleteBucketTagging(BUCKET);
    }

    private void aclsDecide() throws Throwable {
        String url = Frame.ENDPOINT + "/" + BUCKET + "/public";
        put(oss, "public", "for all".getBytes());
        Frame.same(ObjectPermission.Default, oss.getObjectAcl(BUCKET, "public").getPermission());
        Frame.same(403, Frame.fetch(url).status());
        oss.setObjectAcl(BUCKET, "public", CannedAccessControlList.PublicRead);
        Frame.same(ObjectPermission.PublicRead, oss.getObjectAcl(BUCKET, "public").getPermission());
        Frame.same("for all", Frame.fetch(url).body());
        oss.setObjectAcl(BUCKET, "public", CannedAccessControlList.Default);
        oss.setBucketAcl(BUCKET, CannedAccessControlList.PublicRead);
        Frame.same(CannedAccessControlList.PublicRead, oss.getBucketAcl(BUCKET).getCannedACL());
        Frame.same("for all", Frame.fetch(url).body());
        Frame.same(403, Frame.fetch("PUT", url, new byte[1], Map.of()).status());
        oss.setBucketAcl(BUCKET, CannedAccessControlList.Private);
    }

    private void lifecycleIsKept() throws Throwable {
        refused("NoSuchLifecycle", () -> oss.getBucketLifecycle(BUCKET));
        SetBucketLifecycleRequest request = new SetBucketLifecycleRequest(BUCKET);
        request.AddLifecycleRule(new LifecycleRule("logs", "logs/", LifecycleRule.RuleStatus.Enabled, 30,
            new LifecycleRule.AbortMultipartUpload(7)));
        oss.setBucketLifecycle(request);
        LifecycleRule found = oss.getBucketLifecycle(BUCKET).get(0);
        Frame.same("logs logs/ 30 7", found.getId() + " " + found.getPrefix() + " " + found.getExpirationDays() + " "
            + found.getAbortMultipartUpload().getExpirationDays());
        oss.deleteBucketLifecycle(BUCKET);
        refused("NoSuchLifecycle", () -> oss.getBucketLifecycle(BUCKET));
    }

    private static void presignedUrls(OSS signer) throws Throwable {
        String key = "signed/a+b \u4f60";
        Date soon = new Date(System.currentTimeMillis() + 60_000);
        GeneratePresignedUrlRequest request = new GeneratePresignedUrlRequest(BUCKET, key, HttpMethod.PUT);
        request.setExpiration(soon);
        request.setContentType("text/plain");
        URL put = signer.generatePresignedUrl(request);
        Frame.Fetched stored = Frame.fetch("PUT", put.toString(), "by url".getBytes(), Map.of("Content-Type", "text/plain"));
        Frame.hold(stored.status() == 200, stored);
        String get = signer.generatePresignedUrl(BUCKET, key, soon).toString();
        Frame.same("by url", Frame.fetch(get).body());
        Frame.Fetched other = Frame.fetch(get.replace("signed", "sighed"));
        Frame.hold(other.status() == 403 && other.body().contains("SignatureDoesNotMatch"), other);
        GeneratePresignedUrlRequest typed = new GeneratePresignedUrlRequest(BUCKET, key);
        typed.setExpiration(soon);
        ResponseHeaderOverrides headers = new ResponseHeaderOverrides();
        headers.setContentType("image/png");
        typed.setResponseHeaders(headers);
        Frame.same("image/png", Frame.fetch(signer.generatePresignedUrl(typed).toString()).contentType());
    }

    private void v4IsUnderstood() throws Throwable {
        OSS signed = v4();
        String key = "v4/a+b c%20d\u4f60.txt";
        put(signed, key, "v4".getBytes());
        Frame.same("v4", new String(read(signed, key)));
        Frame.same(List.of(key), keysBelow(signed, "v4/"));
        OSS stranger = clientWith(new DefaultCredentialProvider(ID, "not the secret"), SignVersion.V4);
        refused("SignatureDoesNotMatch", () -> read(stranger, key));
    }

    private void temporaryKeyWorks() throws Throwable {
        String token = System.getenv("OSS_STS_TOKEN");
        Frame.hold(token != null, "OSS_STS_TOKEN is not given");
        String id = System.getenv("OSS_STS_ACCESS_KEY_ID");
        String secret = System.getenv("OSS_STS_ACCESS_KEY_SECRET");
        for (SignVersion version : List.of(SignVersion.V1, SignVersion.V4)) {
            OSS holder = clientWith(new DefaultCredentialProvider(id, secret, token), version);
            put(holder, "by-token", "token".getBytes());
            Frame.same("token", new String(read(holder, "by-token")));
            Date soon = new Date(System.currentTimeMillis() + 60_000);
            Frame.same("token", Frame.fetch(holder.generatePresignedUrl(BUCKET, "by-token", soon).toString()).body());
            OSS wrong = clientWith(new DefaultCredentialProvider(id, secret, token + "x"), version);
            try {
                read(wrong, "by-token");
                throw new AssertionError("a wrong token was taken");
            } catch (OSSException refused) {
                Frame.hold(refused.getRequestId().length() == 24, refused);
            }
        }
    }

    private void errorsHaveCodes() throws Throwable {
        OSS stranger = clientWith(new DefaultCredentialProvider(ID, "not the secret"), SignVersion.V1);
        OSS unknown = clientWith(new DefaultCredentialProvider("nobody", "not the secret"), SignVersion.V1);
        refused("NoSuchKey", () -> read(oss, "missing"));
        refused("NoSuchBucket", () -> oss.getObject("missing-bucket", "x"));
        refused("SignatureDoesNotMatch", () -> read(stranger, "x"));
        refused("InvalidAccessKeyId", () -> read(unknown, "x"));
        refused("BucketNotEmpty", () -> oss.deleteBucket(BUCKET));
        refused("NoSuchKey", () -> oss.headObject(BUCKET, "missing"));
    }

    private void everythingIsDeleted() {
        List<String> keys = keysBelow(oss, "");
        oss.deleteObject(BUCKET, keys.remove(0));
        List<String> gone = oss.deleteObjects(new DeleteObjectsRequest(BUCKET).withKeys(keys))
            .getDeletedObjects().stream().sorted().toList();
        Frame.same(keys.stream().sorted().toList(), gone);
        oss.deleteBucket(BUCKET);
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
        frame.check("presigned urls of v1 put and get", () -> presignedUrls(own.oss));
        frame.check("presigned urls of v4 put and get", () -> presignedUrls(v4()));
        frame.check("v4 signatures are understood", own::v4IsUnderstood);
        frame.check("a temporary key works with its token only", own::temporaryKeyWorks);
        frame.check("errors have their own codes", own::errorsHaveCodes);
        frame.check("everything is deleted", own::everythingIsDeleted);
        System.exit(frame.run() ? 0 : 1);
    }
}
