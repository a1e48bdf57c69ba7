// What an application does with alibabacloud-oss-go-sdk-v2, unmodified, against the endpoint in OSS_ENDPOINT.
//
// Prints one JSON line a check: {"check": ..., "ok": ..., "detail": ...}.
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync/atomic"
)

const mib = 1 << 20

var bucketName = os.Getenv("OSS_BUCKET")

// hold ends the check unless the claim holds.
func hold(claim bool, seen ...any) {
	if !claim {
		panic(fmt.Sprintf("does not hold; seen: %v", seen))
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func random(size int) []byte {
	body := make([]byte, size)
	_, err := rand.Read(body)
	must(err)
	return body
}

func randomFile(name string, size int) (string, []byte) {
	path, body := filepath.Join(os.Getenv("WORK_DIR"), name), random(size)
	must(os.WriteFile(path, body, 0o600))
	return path, body
}

// fetch is what a plain HTTP client gets: status, body and Content-Type.
func fetch(method, url string, body []byte, headers map[string]string) (int, string, string) {
	request, err := http.NewRequest(method, url, bytes.NewReader(body))
	must(err)
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(request)
	must(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	must(err)
	return answer.StatusCode, string(text), answer.Header.Get("Content-Type")
}

// brokenLine carries requests until so many parts have gone out, and then nothing.
type brokenLine struct{ parts atomic.Int32 }

func (line *brokenLine) RoundTrip(request *http.Request) (*http.Response, error) {
	if strings.Contains(request.URL.RawQuery, "partNumber=") && line.parts.Add(-1) < 0 {
		return nil, errors.New("the line is cut")
	}
	return http.DefaultTransport.RoundTrip(request)
}

func main() {
	failed := false
	for _, one := range checks {
		detail := attempt(one.action)
		failed = failed || detail != ""
		line, err := json.Marshal(map[string]any{"check": one.name, "ok": detail == "", "detail": detail})
		must(err)
		fmt.Println(string(line))
	}
	if failed {
		os.Exit(1)
	}
}

func attempt(action func()) (detail string) {
	defer func() {
		if why := recover(); why != nil {
			var places []string
			for _, line := range strings.Split(string(debug.Stack()), "\n") {
				if strings.Contains(line, "programme.go") {
					places = append(places, strings.TrimSpace(line))
				}
			}
			detail = fmt.Sprintf("%v\n%s", why, strings.Join(places, "\n"))
		}
	}()
	action()
	return ""
}
