using Microsoft.Azure.Amqp.Encoding;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>The answer to a request that was not refused.</summary>
internal sealed record Reply(int Status, AmqpMap? Body = null)
{
    public static readonly Reply Ok = new(200, []);

    public static readonly Reply Nothing = new(204, []);
}
