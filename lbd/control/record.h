/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event record as bytes: struct event to the protobuf message Event and back. Pure.
 * The bytes may come from a journal of another version of lbd, or a damaged one: reading them is
 * bounded and tolerant (invariant 7). Next stop: journal.h.
 */
#ifndef LBD_CONTROL_RECORD_H
#define LBD_CONTROL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/event.h"
#include "control/lbd.pb-c.h"

/* An encoded event is never longer: the struct's texts and a name and a few numbers per fact. */
#define RECORD_MAX 8192

/* Makes an event from another process fit to be kept: texts end and are clean UTF-8 without control
 * characters, the counts are in bounds. False when its cause is not one of ours. */
bool record_sanitise(struct event *event);

/* Encodes a sanitised event; returns the length, at most RECORD_MAX. */
size_t record_encode(const struct event *event, uint8_t bytes[RECORD_MAX]);

/* The inverse. Facts whose key this version does not know are left out. False when the bytes are no
 * Event. */
bool record_decode(const void *bytes, size_t length, struct event *event);

/* The same from a message that is unpacked already. */
void record_from_message(const Lbd__Event *message, struct event *event);

#endif
