#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# relay ADDRESS:PORT ADDRESS:PORT: a telephone exchange for one call at a time. Net::SIP
# passes what is said about the call from one address to the other; phones are told to
# send their voices here, and never learn where the other one is.

use strict;
use warnings;
use Net::SIP;

my $loop = Net::SIP::Dispatcher::Eventloop->new;
my @legs = map { Net::SIP::Leg->new(addr => $_) } @ARGV;
my $dispatcher = Net::SIP::Dispatcher->new(\@legs, $loop);
$dispatcher->set_receiver(Net::SIP::StatelessProxy->new(dispatcher => $dispatcher,
	nathelper => bless({}, 'Voices')));
$loop->loop;

# The voices, in a process of their own and a loop of four lines: Net::SIP's takes
# more time for a packet than a slow guest has.
package Voices;

use Net::SIP::Util qw(create_rtp_sockets ip_parts2sockaddr);

# One phone ($side 0: who calls) listens at $media: what shall the other one be told?
sub allocate_sockets
{
	my ($self, undef, $side, $address, $media) = @_;

	# Phones repeat what is not answered soon.
	return $self->{told}[$side] if $self->{told}[$side];
	# The ports that the policy gives the service "ip-phone".
	my ($port, $socket) = create_rtp_sockets($address, 2, 16384, 16484) or return;
	$self->{socket}[$side] = $socket;
	$self->{phone}[$side] = ip_parts2sockaddr($media->[0]{addr}, $media->[0]{port});
	return $self->{told}[$side] = [[$address, $port]];
}

sub activate_session
{
	my $self = shift;
	my ($from, $to) = @{$self->{socket}};

	return 1 if $self->{child};
	return unless $from && $to;
	$self->{child} = fork;
	return 1 if $self->{child};
	my ($both, $said) = ('');
	vec($both, fileno($_), 1) = 1 for $from, $to;
	while (select(my $ready = $both, undef, undef, undef) > 0) {
		# Who is called sends to the socket that the caller's description made, and so on.
		send($to, $said, 0, $self->{phone}[0])
			if vec($ready, fileno($from), 1) && recv($from, $said, 2048, 0);
		send($from, $said, 0, $self->{phone}[1])
			if vec($ready, fileno($to), 1) && recv($to, $said, 2048, 0);
	}
	exit;
}

sub close_session
{
	my $self = shift;

	kill TERM => $self->{child} if $self->{child};
	%$self = ();
	return 1;
}
