/* SPDX-License-Identifier: GPL-2.0-only */
/* What would allow a packet that is denied? */
#ifndef TG_ADVICE_H
#define TG_ADVICE_H

#include "directory.h"
#include "fault.h"
#include "link/link.h"

struct fault *advice_for(const struct link_judgement *judgement,
			 const struct directory *directory, char **advice) FAULT_CHECK;

#endif
