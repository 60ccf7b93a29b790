using System.Collections;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Serverless.Local.ServiceBus.Broker;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>The arguments of a management operation, checked for their types.</summary>
internal sealed class RequestArguments(AmqpMessage request)
{
    private readonly AmqpMap _map = request.BodyType == SectionFlag.AmqpValue && request.ValueBody.Value is AmqpMap map
        ? map
        : throw new BrokerException(BrokerFault.InvalidArgument, "The operation's arguments are missing.");

    public T Get<T>(string name) => _map[new MapKey(name)] is T value ? value : throw Missing(name);

    /// <summary>Null, or the type's default, when it is not given.</summary>
    public T? GetOptional<T>(string name) => _map[new MapKey(name)] is null ? default : Get<T>(name);

    /// <summary>A whole number of any width.</summary>
    public long GetNumber(string name) => _map[new MapKey(name)] switch
    {
        long value => value,
        int value => value,
        uint value => value,
        ulong value and <= long.MaxValue => (long)value,
        _ => throw Missing(name),
    };

    /// <summary>The values of an array or a list.</summary>
    public List<T> GetAll<T>(string name) => _map[new MapKey(name)] is not (IEnumerable values and not string) ? throw Missing(name)
        : values.Cast<object?>().Select(value => value is T typed ? typed : throw Missing(name)).ToList();

    private static BrokerException Missing(string name) =>
        new(BrokerFault.InvalidArgument, $"The argument '{name}' is missing, or of a wrong type.");
}
