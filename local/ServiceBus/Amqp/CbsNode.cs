using Microsoft.Azure.Amqp;
using Serverless.Local.ServiceBus.Broker;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>Takes the tokens by which clients claim their rights. Only this machine can connect, so every token is good.</summary>
internal sealed class CbsNode : IRequestNode
{
    public (string Status, string Description) StatusNames => ("status-code", "status-description");

    public Task<Reply> AnswerAsync(string operation, AmqpMessage request) => operation is "put-token" or "delete-token"
        ? Task.FromResult(Reply.Ok)
        : throw new BrokerException(BrokerFault.NotImplemented, $"There is no operation '{operation}'.");
}
