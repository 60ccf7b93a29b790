using Microsoft.Azure.Amqp;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>A delivery of a message that is encoded already.</summary>
internal sealed class EncodedDelivery(ArraySegment<byte> message) : Delivery
{
    private int _sent;

    public override ArraySegment<byte>[] GetPayload(int payloadSize, out bool more)
    {
        var count = Math.Min(payloadSize, message.Count - _sent);
        more = _sent + count < message.Count;
        return [message.Slice(_sent, count)];
    }

    protected override void OnCompletePayload(int payloadSize) => _sent += payloadSize;
}
