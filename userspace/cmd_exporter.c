// SPDX-License-Identifier: GPL-2.0-only
/*
 * tgctl exporter: the counters over HTTP, for Prometheus. By libmicrohttpd.
 *
 * One thread serves everybody, so that scrapes never run beside each other;
 * the number of connections and the time each may take are limited.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics.h"
#include "text.h"
#include "tgctl.h"

#define DEFAULT_LISTEN		"127.0.0.1:9469"
#define CONNECTIONS_MAX		32
#define CONNECTION_SECONDS	10
#define CONNECTION_MEMORY	16384

static const char index_page[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\"><head><title>TenantGate exporter</title></head>\n"
	"<body><h1>TenantGate exporter</h1><p><a href=\"/metrics\">Metrics</a></p></body></html>\n";

union listen_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* ADDR:PORT, with an IPv6 address in brackets. */
static bool parse_listen(const char *text, union listen_address *listen)
{
	const char *colon = strrchr(text, ':');
	struct link_address address;
	char host[ADDRESS_TEXT];
	uint32_t port;
	size_t len;

	if (!colon || !parse_number(colon + 1, 65535, &port))
		return false;
	len = colon - text;
	if (len > 2 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	if (len >= sizeof(host))
		return false;
	memcpy(host, text, len);
	host[len] = '\0';
	if (!parse_address(host, &address))
		return false;
	memset(listen, 0, sizeof(*listen));
	if (address.size == 4) {
		listen->v4.sin_family = AF_INET;
		listen->v4.sin_port = htons(port);
		memcpy(&listen->v4.sin_addr, address.bytes, 4);
	} else {
		listen->v6.sin6_family = AF_INET6;
		listen->v6.sin6_port = htons(port);
		memcpy(&listen->v6.sin6_addr, address.bytes, 16);
	}
	return true;
}

/* @text stays with the caller when @mode is persistent, else libmicrohttpd frees it. */
static enum MHD_Result answer(struct MHD_Connection *connection, unsigned int status,
			      const char *type, char *text, size_t len,
			      enum MHD_ResponseMemoryMode mode)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(len, text, mode);
	enum MHD_Result result;

	if (!response) {
		if (mode == MHD_RESPMEM_MUST_FREE)
			free(text);
		return MHD_NO;
	}
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result answer_text(struct MHD_Connection *connection, unsigned int status,
				   const char *type, const char *text)
{
	return answer(connection, status, type, (char *)text, strlen(text),
		      MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result answer_metrics(struct MHD_Connection *connection)
{
	struct buffer buffer = { 0 };

	metrics_build(&buffer);
	if (buffer.failed) {
		buffer_free(&buffer);
		return answer_text(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, "text/plain",
				   "out of memory\n");
	}
	return answer(connection, MHD_HTTP_OK, METRICS_TYPE, buffer.text, buffer.len,
		      MHD_RESPMEM_MUST_FREE);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_size, void **state)
{
	(void)context;
	(void)version;
	(void)upload;
	(void)upload_size;
	(void)state;
	if (strcmp(method, MHD_HTTP_METHOD_GET) && strcmp(method, MHD_HTTP_METHOD_HEAD))
		return answer_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain",
				   "only GET and HEAD\n");
	if (!strcmp(url, "/metrics"))
		return answer_metrics(connection);
	if (!strcmp(url, "/"))
		return answer_text(connection, MHD_HTTP_OK, "text/html; charset=utf-8",
				   index_page);
	return answer_text(connection, MHD_HTTP_NOT_FOUND, "text/plain", "not found\n");
}

static struct MHD_Daemon *start(const union listen_address *listen)
{
	unsigned int flags = MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD;

	if (listen->any.sa_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	return MHD_start_daemon(flags, 0, NULL, NULL, handle, NULL,
				MHD_OPTION_SOCK_ADDR, &listen->any,
				MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CONNECTIONS_MAX,
				MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)CONNECTION_SECONDS,
				MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
				MHD_OPTION_END);
}

static struct fault *serve(const char *text, const union listen_address *listen)
{
	struct MHD_Daemon *daemon;
	sigset_t signals;
	int number;

	/* Before the thread starts, so that it inherits the mask. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &signals, NULL))
		return fault_errno(errno, NULL, "cannot block signals");
	errno = 0;
	daemon = start(listen);
	if (!daemon)
		return errno ? fault_errno(errno, text, "cannot listen") :
			fault_new(FAULT_REFUSED, text, "cannot listen");
	tgctl_note("exporter: http://%s/metrics", text);
	sigwait(&signals, &number);
	MHD_stop_daemon(daemon);
	return NULL;
}

int cmd_exporter(struct tgctl *tg, int argc, char **argv)
{
	static const struct option options[] = {
		{ "listen", required_argument, NULL, 'l' },
		{ NULL, 0, NULL, 0 },
	};
	const char *text = DEFAULT_LISTEN;
	union listen_address listen;
	struct fault *fault;
	int c;

	(void)tg;
	while ((c = getopt_long(argc, argv, "l:", options, NULL)) != -1) {
		if (c != 'l')
			return tgctl_usage("exporter", "this option makes no sense here");
		text = optarg;
	}
	if (optind < argc)
		return tgctl_usage("exporter", "it takes no arguments");
	if (!parse_listen(text, &listen))
		return tgctl_usage("exporter", "\"%s\" is no ADDR:PORT", text);
	fault = serve(text, &listen);
	return fault ? tgctl_fail(fault) : STATUS_OK;
}
