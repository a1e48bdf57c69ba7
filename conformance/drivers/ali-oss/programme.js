// What an application does with ali-oss, unmodified, against the endpoint in OSS_ENDPOINT.
//
// Prints one JSON line a check: {"check": ..., "ok": ..., "detail": ...}.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const OSS = require('ali-oss');

const MIB = 1 << 20;
const WORK = process.env.WORK_DIR;
const BUCKET = process.env.OSS_BUCKET;

// With an IP address as its endpoint the SDK connects there and names the bucket in the Host header.
const store = new OSS({
  accessKeyId: process.env.OSS_ACCESS_KEY_ID, accessKeySecret: process.env.OSS_ACCESS_KEY_SECRET,
  region: `oss-${process.env.OSS_REGION}`, bucket: process.env.OSS_BUCKET, endpoint: process.env.OSS_ENDPOINT,
});

// URLs are signed for a named host only; `sldEnable` puts the bucket into the path.
const namedEndpoint = process.env.OSS_ENDPOINT.replace('127.0.0.1', 'localhost');

function storeWith(options) {
  return new OSS({
    accessKeyId: process.env.OSS_ACCESS_KEY_ID,
    accessKeySecret: process.env.OSS_ACCESS_KEY_SECRET,
    region: `oss-${process.env.OSS_REGION}`,
    bucket: BUCKET,
    endpoint: process.env.OSS_ENDPOINT,
    ...options,
  });
}

const named = options => storeWith({ endpoint: namedEndpoint, sldEnable: true, ...options });

async function fetched(url, options) {
  const answer = await fetch(url, options);
  return [answer.status, await answer.text()];
}

async function refused(status, code, action) {
  try {
    await action();
  } catch (error) {
    assert.deepEqual([error.status, error.code], [status, code], error.stack);
    assert.equal(error.requestId.length, 24);
    return error;
  }
  throw new Error(`no ${code}`);
}

async function read(from, key) {
  return (await from.get(key)).content;
}

async function openUploads() {
  return ((await store.listUploads({ 'max-uploads': 100 })).uploads || []).map(upload => upload.uploadId);
}

function randomFile(name, size) {
  const file = path.join(WORK, name);
  fs.writeFileSync(file, crypto.randomBytes(size));
  return file;
}

const checks = {
  async 'a bucket is created and listed'() {
    assert.equal((await store.putBucket(BUCKET)).bucket, BUCKET);
    const { buckets } = await store.listBuckets({ prefix: BUCKET });
    assert.deepEqual(buckets.map(bucket => bucket.name), [BUCKET]);
    const { bucket } = await store.getBucketInfo(BUCKET);
    assert.equal(bucket.Name, BUCKET);
    assert.equal((await store.getBucketLocation(BUCKET)).location, `oss-${process.env.OSS_REGION}`);
    assert.ok((await store.getBucketStat(BUCKET)).stat);
  },

  async 'an object is put read ranged and headed'() {
    const body = Buffer.from('hello 你好 '.repeat(1000));
    const key = 'odd keys/a+b c%20d你.txt';
    const put = await store.put(key, body, { meta: { author: 'someone' }, mime: 'text/plain' });
    assert.equal(put.res.headers.etag, `"${crypto.createHash('md5').update(body).digest('hex').toUpperCase()}"`);
    assert.ok((await read(store, key)).equals(body));
    const part = await store.get(key, { headers: { Range: 'bytes=3-9' } });
    assert.ok(part.content.equals(body.subarray(3, 10)));
    const head = await store.head(key);
    assert.equal(head.meta.author, 'someone');
    assert.equal(head.res.headers['content-type'], 'text/plain');
    assert.equal(Number(head.res.headers['content-length']), body.length);
    assert.equal((await store.getObjectMeta(key)).res.headers['content-length'], String(body.length));
    const stream = await store.getStream(key);
    const read_ = [];
    for await (const chunk of stream.stream) read_.push(chunk);
    assert.ok(Buffer.concat(read_).equals(body));
    const file = randomFile('stream.bin', MIB);
    await store.putStream('by-stream', fs.createReadStream(file));
    assert.ok((await read(store, 'by-stream')).equals(fs.readFileSync(file)));
  },

  async 'an object is copied whole and in parts'() {
    const body = crypto.randomBytes(300 * 1024);
    await store.put('copy/source 你', body, { meta: { author: 'someone' } });
    await store.copy('copy/same', 'copy/source 你');
    assert.ok((await read(store, 'copy/same')).equals(body));
    assert.equal((await store.head('copy/same')).meta.author, 'someone');
    await store.copy('copy/other', 'copy/source 你', { meta: { author: 'another' } });
    assert.equal((await store.head('copy/other')).meta.author, 'another');
    await store.multipartUploadCopy('copy/parts', { sourceKey: 'copy/source 你', sourceBucketName: BUCKET },
      { partSize: 100 * 1024 });
    assert.ok((await read(store, 'copy/parts')).equals(body));
    await refused(404, 'NoSuchKey', () => store.copy('copy/x', 'copy/missing'));
  },

  async 'an object is appended to'() {
    const first = await store.append('log', Buffer.from('one,'));
    assert.equal(first.nextAppendPosition, '4');
    const second = await store.append('log', Buffer.from('two'), { position: first.nextAppendPosition });
    assert.equal(second.nextAppendPosition, '7');
    assert.equal((await read(store, 'log')).toString(), 'one,two');
    await refused(409, 'PositionNotEqualToLength', () => store.append('log', Buffer.from('x'), { position: 3 }));
  },

  async 'listing pages and delimits'() {
    const folders = [...Array(7).keys()].map(number => `list/${number} & 你/`);
    for (const folder of folders) await store.put(`${folder}x`, Buffer.from('x'));
    await store.put('list/file', Buffer.from('x'));
    const names = [];
    let marker;
    do {
      const page = await store.list({ prefix: 'list/', delimiter: '/', 'max-keys': 3, marker });
      names.push(...(page.prefixes || []), ...(page.objects || []).map(found => found.name));
      marker = page.nextMarker;
    } while (marker);
    assert.deepEqual(names, [...folders, 'list/file']);
    const keys = [];
    let token;
    do {
      const page = await store.listV2({ prefix: 'list/', 'max-keys': '3', 'continuation-token': token });
      keys.push(...page.objects.map(found => found.name));
      token = page.nextContinuationToken;
    } while (token);
    assert.deepEqual(keys, [...folders.map(folder => `${folder}x`), 'list/file']);
  },

  async 'parts are listed page by page and completed'() {
    const key = 'by-hand 你';
    const { uploadId } = await store.initMultipartUpload(key);
    assert.deepEqual(await openUploads(), [uploadId]);
    const file = randomFile('parts.bin', 200 * 1024 + 4);
    const done = [];
    for (const [number, start, end] of [[1, 0, 102400], [2, 102400, 204800], [3, 204800, 204804]]) {
      const { etag } = await store.uploadPart(key, uploadId, number, file, start, end);
      done.push({ number, etag });
    }
    const first = await store.listParts(key, uploadId, { 'max-parts': 2 });
    assert.deepEqual(first.parts.map(part => Number(part.PartNumber)), [1, 2]);
    assert.equal(String(first.isTruncated), 'true');
    const rest = await store.listParts(key, uploadId, { 'part-number-marker': first.nextPartNumberMarker });
    assert.deepEqual([rest.parts].flat().map(part => Number(part.PartNumber)), [3]);
    const { etag } = await store.completeMultipartUpload(key, uploadId, done);
    assert.match(etag, /-3"$/);
    assert.ok((await read(store, key)).equals(fs.readFileSync(file)));
  },

  async 'an abort ends an upload'() {
    const { uploadId } = await store.initMultipartUpload('given-up');
    const file = randomFile('given-up.bin', 1000);
    await store.uploadPart('given-up', uploadId, 1, file, 0, 1000);
    assert.equal((await store.abortMultipartUpload('given-up', uploadId)).res.status, 204);
    await refused(404, 'NoSuchUpload', () => store.listParts('given-up', uploadId));
    await refused(404, 'NoSuchUpload', () => store.uploadPart('given-up', uploadId, 1, file, 0, 1000));
    await refused(404, 'NoSuchUpload', () => store.abortMultipartUpload('given-up', uploadId));
    await refused(404, 'NoSuchUpload', () => store.completeMultipartUpload('given-up', uploadId, [{ number: 1, etag: '"x"' }]));
    assert.deepEqual(await openUploads(), []);
  },

  async 'an interrupted upload resumes from its checkpoint'() {
    const file = randomFile('thirty.bin', 30 * MIB);
    const interrupted = storeWith({});
    let checkpoint;
    const progress = (share, reached) => {
      checkpoint = reached;
      if (share >= 0.5) interrupted.cancel();
    };
    await assert.rejects(interrupted.multipartUpload('thirty.bin', file, { partSize: MIB, parallel: 4, progress }),
      error => error.name === 'cancel');
    assert.deepEqual(await openUploads(), [checkpoint.uploadId]);
    const shares = [];
    await store.multipartUpload('thirty.bin', file, { checkpoint, parallel: 4, progress: share => { shares.push(share); } });
    assert.ok(shares[0] >= 0.5, String(shares[0]));
    const copy = `${file}.copy`;
    await store.get('thirty.bin', copy);
    assert.ok(fs.readFileSync(copy).equals(fs.readFileSync(file)));
    assert.deepEqual(await openUploads(), []);
  },

  async 'a symlink leads to its target'() {
    await store.put('target 你', Buffer.from('the target'));
    await store.putSymlink('link', 'target 你');
    assert.equal((await store.getSymlink('link')).targetName, 'target 你');
    assert.equal((await read(store, 'link')).toString(), 'the target');
  },

  async 'tags are put read and deleted'() {
    await store.put('tagged', Buffer.from('x'), { headers: { 'x-oss-tagging': 'from=header' } });
    assert.deepEqual((await store.getObjectTagging('tagged')).tag, { from: 'header' });
    await store.putObjectTagging('tagged', { colour: 'red', 'a b': 'c+d' });
    assert.deepEqual((await store.getObjectTagging('tagged')).tag, { colour: 'red', 'a b': 'c+d' });
    await store.deleteObjectTagging('tagged');
    assert.deepEqual((await store.getObjectTagging('tagged')).tag, {});
    await store.putBucketTags(BUCKET, { team: 'storage' });
    assert.deepEqual((await store.getBucketTags(BUCKET)).tag, { team: 'storage' });
    await store.deleteBucketTags(BUCKET);
  },

  async 'acls decide what a stranger may read'() {
    const url = `${process.env.OSS_ENDPOINT}/${BUCKET}/public`;
    await store.put('public', Buffer.from('for all'));
    assert.equal((await store.getACL('public')).acl, 'default');
    assert.equal((await fetched(url))[0], 403);
    await store.putACL('public', 'public-read');
    assert.equal((await store.getACL('public')).acl, 'public-read');
    assert.deepEqual(await fetched(url), [200, 'for all']);
    await store.putACL('public', 'default');
    await store.putBucketACL(BUCKET, 'public-read');
    assert.equal((await store.getBucketACL(BUCKET)).acl, 'public-read');
    assert.deepEqual(await fetched(url), [200, 'for all']);
    assert.equal((await fetched(url, { method: 'PUT', body: 'x' }))[0], 403);
    await store.putBucketACL(BUCKET, 'private');
  },

  async 'lifecycle rules are put read and deleted'() {
    await refused(404, 'NoSuchLifecycle', () => store.getBucketLifecycle(BUCKET));
    const rule = { id: 'logs', prefix: 'logs/', status: 'Enabled', expiration: { days: 30 }, abortMultipartUpload: { days: 7 } };
    await store.putBucketLifecycle(BUCKET, [rule]);
    const [found] = (await store.getBucketLifecycle(BUCKET)).rules;
    assert.deepEqual([found.id, found.prefix, found.status], ['logs', 'logs/', 'Enabled']);
    assert.deepEqual([found.expiration.days, found.abortMultipartUpload.days], ['30', '7']);
    await store.deleteBucketLifecycle(BUCKET);
    await refused(404, 'NoSuchLifecycle', () => store.getBucketLifecycle(BUCKET));
  },

  async 'presigned urls of v1 put and get'() {
    const signer = named({});
    const key = 'signed/a+b 你';
    const headers = { 'Content-Type': 'text/plain' };
    const put = signer.signatureUrl(key, { method: 'PUT', expires: 60, 'Content-Type': 'text/plain' });
    assert.equal((await fetched(put, { method: 'PUT', headers, body: 'by url' }))[0], 200);
    const get = signer.signatureUrl(key, { expires: 60 });
    assert.deepEqual(await fetched(get), [200, 'by url']);
    const typed = await fetch(signer.signatureUrl(key, { expires: 60, response: { 'content-type': 'image/png' } }));
    assert.equal(typed.headers.get('content-type'), 'image/png');
    const [status, body] = await fetched(get.replace('signed', 'sighed'));
    assert.ok(status === 403 && body.includes('SignatureDoesNotMatch'), body);
    const [late, why] = await fetched(signer.signatureUrl(key, { expires: -60 }));
    assert.ok(late === 403 && why.includes('AccessDenied'), why);
  },

  async 'presigned urls of v4 put and get'() {
    const signer = named({ authorizationV4: true });
    const key = 'signed/a+b 你';
    const headers = { 'Content-Type': 'text/plain' };
    const put = await signer.signatureUrlV4('PUT', 60, { headers }, key);
    assert.equal((await fetched(put, { method: 'PUT', headers, body: 'by url' }))[0], 200);
    const get = await signer.signatureUrlV4('GET', 60, {}, key);
    assert.deepEqual(await fetched(get), [200, 'by url']);
    const [status, body] = await fetched(get.replace('signed', 'sighed'));
    assert.ok(status === 403 && body.includes('SignatureDoesNotMatch'), body);
  },

  async 'v4 signatures are understood'() {
    for (const v4 of [storeWith({ authorizationV4: true }), named({ authorizationV4: true })]) {
      const key = 'v4/a+b c%20d你.txt';
      await v4.put(key, Buffer.from('v4'), { meta: { author: 'someone' } });
      assert.equal((await read(v4, key)).toString(), 'v4');
      assert.deepEqual((await v4.listV2({ prefix: 'v4/' })).objects.map(found => found.name), [key]);
      const file = randomFile('v4.bin', 300 * 1024);
      await v4.multipartUpload('v4/parts', file, { partSize: 100 * 1024 });
      assert.ok((await read(v4, 'v4/parts')).equals(fs.readFileSync(file)));
      assert.equal((await v4.deleteMulti([key, 'v4/parts'])).deleted.length, 2);
    }
  },

  async 'a temporary key works with its token only'() {
    assert.ok(process.env.OSS_STS_TOKEN, 'OSS_STS_TOKEN is not given');
    const temporary = {
      accessKeyId: process.env.OSS_STS_ACCESS_KEY_ID,
      accessKeySecret: process.env.OSS_STS_ACCESS_KEY_SECRET,
      stsToken: process.env.OSS_STS_TOKEN,
    };
    for (const authorizationV4 of [false, true]) {
      const holder = named({ ...temporary, authorizationV4 });
      await holder.put('by-token', Buffer.from('token'));
      assert.equal((await read(holder, 'by-token')).toString(), 'token');
      const url = authorizationV4 ? await holder.signatureUrlV4('GET', 60, {}, 'by-token') : holder.signatureUrl('by-token');
      assert.deepEqual(await fetched(url), [200, 'token']);
      const wrong = storeWith({ ...temporary, authorizationV4, stsToken: `${temporary.stsToken}x` });
      await assert.rejects(read(wrong, 'by-token'), error => error.status === 403);
    }
  },

  async 'errors have their own codes'() {
    await refused(404, 'NoSuchKey', () => read(store, 'missing'));
    await refused(404, 'NoSuchBucket', () => read(storeWith({ bucket: 'missing-bucket' }), 'x'));
    await refused(403, 'SignatureDoesNotMatch', () => read(storeWith({ accessKeySecret: 'not the secret' }), 'x'));
    await refused(403, 'InvalidAccessKeyId', () => read(storeWith({ accessKeyId: 'nobody' }), 'x'));
    await refused(409, 'BucketNotEmpty', () => store.deleteBucket(BUCKET));
    await assert.rejects(store.head('missing'), error => error.status === 404 && error.code === 'NoSuchKey');
  },

  async 'everything is deleted'() {
    const keys = (await store.listV2({ 'max-keys': '1000' })).objects.map(found => found.name);
    assert.equal((await store.delete(keys.pop())).res.status, 204);
    const { deleted } = await store.deleteMulti(keys);
    assert.deepEqual(deleted.map(found => found.Key).sort(), keys.sort());
    assert.equal((await store.deleteBucket(BUCKET)).res.status, 204);
  },
};

(async () => {
  for (const [check, action] of Object.entries(checks)) {
    const line = { check, ok: true, detail: '' };
    try {
      await action();
    } catch (error) {
      process.exitCode = 1;
      Object.assign(line, { ok: false, detail: String(error.stack) });
    }
    console.log(JSON.stringify(line));
  }
})();
