#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# relay: a telephone exchange for the demo, from Net::SIP. It forwards calls between
# its addresses (ADDRESS:PORT...), and their media, too, so that phones talk to nobody else.

use strict;
use warnings;
use Net::SIP;
use Net::SIP::NATHelper::Local;
use Net::SIP::Util;

# The ports that the policy gives the service "ip-phone".
$Net::SIP::Util::RTP_MIN_PORT = 16384;
$Net::SIP::Util::RTP_MAX_PORT = 16484;

my $loop = Net::SIP::Dispatcher::Eventloop->new;
my @legs = map { Net::SIP::Leg->new(addr => $_) } @ARGV;
my $dispatcher = Net::SIP::Dispatcher->new(\@legs, $loop);
my $media = Net::SIP::NATHelper::Local->new($loop);
$dispatcher->set_receiver(Net::SIP::StatelessProxy->new(dispatcher => $dispatcher, nathelper => $media));
$loop->loop;
