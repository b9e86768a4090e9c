#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# phone ADDRESS [RELAY CALLEE]: a telephone, from Net::SIP. It calls CALLEE by way of the
# RELAY's ports 5060 and 5061, or waits to be called, and then talks (G.711, 20 ms) until
# the other one hangs up, or it is told to (SIGTERM). Exits with 0 when the call was ended
# properly.

use strict;
use warnings;
use Net::SIP;
use Net::SIP::Util;
use Socket qw(MSG_DONTWAIT);
use Time::HiRes qw(sleep time);

# The ports that the policy gives the service "ip-phone".
$Net::SIP::Util::RTP_MIN_PORT = 16384;
$Net::SIP::Util::RTP_MAX_PORT = 16484;

my ($address, $relay, $callee) = @ARGV;
my ($hang_up, $over, $voice);

$SIG{TERM} = sub { $hang_up = 1 };
END { kill KILL => $voice if $voice }

# Talks in a process of its own, so that no packet waits for anything else.
sub talk
{
	my (undef, $media) = @_;
	my ($socket, $to) = map { ref eq 'ARRAY' ? $_->[0] : $_ } $media->{media_lsocks}[0], $media->{media_raddr}[0];

	return if $voice || ($voice = fork);
	$SIG{TERM} = 'DEFAULT';
	for (my ($number, $due) = (0, time); ; $number++) {
		send($socket, pack('CCnNN', 0x80, 8, $number & 0xffff, 160 * $number, $$) . 'a' x 160, 0, $to);
		1 while recv($socket, my $heard, 2048, MSG_DONTWAIT);
		my $now = time;
		$due += 0.02;
		# Who was late does not make up for it.
		$due > $now ? sleep($due - $now) : ($due = $now);
	}
}

my $phone = Net::SIP::Simple->new(
	from => $relay ? 'sip:tanaka@a.example' : 'sip:sato@a.example',
	legs => [Net::SIP::Leg->new(addr => "$address:5060")],
	$relay ? (route => ["<sip:$relay:5060;lr>", "<sip:$relay:5061;lr>"]) : (),
);
my @talk = (init_media => \&talk, recv_bye => \$over);

if ($relay) {
	my $call = $phone->invite("sip:sato\@$callee:5060", @talk) or die $phone->error;
	die $phone->error if $phone->error;
	$phone->loop(0.5) until $hang_up || $over;
	$call->bye(cb_final => \$over);
	$phone->loop(30, \$over);
} else {
	$phone->listen(@talk);
	$phone->loop(0.5) until $hang_up || $over;
}
exit($over ? 0 : 1);
