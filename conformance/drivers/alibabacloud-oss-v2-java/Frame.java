import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** What every check needs: claims, files, a plain HTTP client, and a JSON line for what came of it. */
final class Frame {
    static final int MIB = 1 << 20;
    static final String ENDPOINT = System.getenv("OSS_ENDPOINT");
    static final String REGION = System.getenv("OSS_REGION");
    static final String BUCKET = System.getenv("OSS_BUCKET");

    interface Action {
        void run() throws Throwable;
    }

    record Fetched(int status, String body, String contentType) {}

    private final Map<String, Action> checks = new LinkedHashMap<>();

    void check(String name, Action action) {
        checks.put(name, action);
    }

    /** Runs every check; true when all of them held. */
    boolean run() {
        boolean good = true;
        for (Map.Entry<String, Action> check : checks.entrySet()) {
            String detail = "";
            try {
                check.getValue().run();
            } catch (Throwable thrown) {
                good = false;
                String places = Arrays.stream(thrown.getStackTrace())
                    .filter(place -> "Programme.java".equals(place.getFileName()))
                    .map(place -> "\n    at line " + place.getLineNumber()).reduce("", String::concat);
                detail = thrown + places;
            }
            System.out.println("{\"check\": " + quoted(check.getKey()) + ", \"ok\": " + detail.isEmpty()
                + ", \"detail\": " + quoted(detail) + "}");
        }
        return good;
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char letter : text.toCharArray()) {
            if (letter == '"' || letter == '\\') {
                json.append('\\').append(letter);
            } else if (letter < ' ' || letter > '~') {
                json.append(String.format("\\u%04x", (int) letter));
            } else {
                json.append(letter);
            }
        }
        return json.append('"').toString();
    }

    static void hold(boolean claim, Object... seen) {
        if (!claim) {
            throw new AssertionError("does not hold; seen: " + Arrays.toString(seen));
        }
    }

    static void same(Object wanted, Object found) {
        hold(wanted.equals(found), found, "wanted:", wanted);
    }

    static byte[] random(int size) {
        byte[] body = new byte[size];
        new Random(size).nextBytes(body);
        return body;
    }

    static Path randomFile(String name, int size) throws Exception {
        return Files.write(Path.of(System.getenv("WORK_DIR"), name), random(size));
    }

    static Fetched fetch(String method, String url, byte[] body, Map<String, String> headers) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setRequestMethod(method);
        headers.forEach(connection::setRequestProperty);
        if (body != null) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(body);
        }
        int status = connection.getResponseCode();
        try (InputStream stream = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            String text = stream == null ? "" : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return new Fetched(status, text, connection.getContentType());
        }
    }

    static Fetched fetch(String url) throws Exception {
        return fetch("GET", url, null, Map.of());
    }
}
