using System.Net;
using System.Net.Sockets;
using Microsoft.Azure.Amqp.Transport;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>A port of this machine's loopback addresses: no other machine can connect to it.</summary>
internal sealed record LoopbackPort(int Number, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>Finds a port that nobody listens on: the wanted one, or any when it is taken or 0.</summary>
    public static LoopbackPort Find(int wanted)
    {
        try
        {
            return Probe(wanted);
        }
        catch (SocketException e) when (wanted != 0 && e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return Probe(0);
        }
    }

    public IEnumerable<TransportListener> CreateListeners() =>
        Addresses.Select(address => new TcpTransportSettings { Host = address.ToString(), Port = Number }.CreateListener());

    // The library's listener would share a port with another process that has it: what binds here does not.
    private static LoopbackPort Probe(int wanted)
    {
        using var first = Bind(IPAddress.Loopback, wanted);
        var port = ((IPEndPoint)first.LocalEndPoint!).Port;
        if (!Socket.OSSupportsIPv6) return new LoopbackPort(port, [IPAddress.Loopback]);
        try
        {
            using var second = Bind(IPAddress.IPv6Loopback, port);
            return new LoopbackPort(port, [IPAddress.Loopback, IPAddress.IPv6Loopback]);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
        {
            // A machine whose IPv6 is switched off says so only here.
            return new LoopbackPort(port, [IPAddress.Loopback]);
        }
    }

    private static Socket Bind(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
