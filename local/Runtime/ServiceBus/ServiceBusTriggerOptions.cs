using System.Globalization;
using System.Reflection;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.Local.Runtime.ServiceBus;

/// <summary>
/// The settings of host.json's <c>extensions.serviceBus</c> and of a trigger for taking messages, with the extension's defaults.
/// </summary>
internal sealed class ServiceBusTriggerOptions(HostSettings settings)
{
    private const int CallsPerProcessor = 16;

    private delegate bool TryParse<T>(string text, out T value);

    public ServiceBusClientOptions ForClient()
    {
        var defaults = new ServiceBusRetryOptions();
        return new ServiceBusClientOptions
        {
            TransportType = Read<ServiceBusTransportType>("transportType", ServiceBusTransportType.AmqpTcp, Enum.TryParse),
            RetryOptions = new ServiceBusRetryOptions
            {
                Mode = Read<ServiceBusRetryMode>("clientRetryOptions:mode", defaults.Mode, Enum.TryParse),
                MaxRetries = Read("clientRetryOptions:maxRetries", defaults.MaxRetries, TryNumber),
                Delay = Read("clientRetryOptions:delay", defaults.Delay, TryTime),
                MaxDelay = Read("clientRetryOptions:maxDelay", defaults.MaxDelay, TryTime),
                TryTimeout = Read("clientRetryOptions:tryTimeout", defaults.TryTimeout, TryTime),
            },
        };
    }

    public ServiceBusProcessorOptions ForMessages(CustomAttributeData trigger) => new()
    {
        AutoCompleteMessages = AutoComplete(trigger),
        MaxAutoLockRenewalDuration = MaxAutoLockRenewal,
        MaxConcurrentCalls = Read("maxConcurrentCalls", CallsPerProcessor * Environment.ProcessorCount, TryPositive),
        PrefetchCount = PrefetchCount,
    };

    public ServiceBusSessionProcessorOptions ForSessions(CustomAttributeData trigger) => new()
    {
        AutoCompleteMessages = AutoComplete(trigger),
        MaxAutoLockRenewalDuration = MaxAutoLockRenewal,
        MaxConcurrentSessions = Read("maxConcurrentSessions", 8, TryPositive),
        PrefetchCount = PrefetchCount,
        SessionIdleTimeout = Read<TimeSpan?>("sessionIdleTimeout", null, TryIdle),
    };

    private TimeSpan MaxAutoLockRenewal => Read("maxAutoLockRenewalDuration", TimeSpan.FromMinutes(5), TryTime);

    private int PrefetchCount => Read("prefetchCount", 0, TryNumber);

    // Only what the trigger itself says wins over host.json: an attribute cannot tell false from nothing.
    private bool AutoComplete(CustomAttributeData trigger) =>
        trigger.NamedArguments.FirstOrDefault(a => a.MemberName == nameof(ServiceBusTriggerAttribute.AutoCompleteMessages))
            .TypedValue.Value as bool? ?? Read<bool>("autoCompleteMessages", true, bool.TryParse);

    private T Read<T>(string name, T fallback, TryParse<T> parse) => settings.GetExtension("serviceBus")[name] is not { } text ? fallback
        : parse(text, out var value) ? value
        : throw new BindingFaultException($"host.json: extensions.serviceBus.{name.Replace(':', '.')} is '{text}'.");

    private static bool TryNumber(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static bool TryPositive(string text, out int value) => TryNumber(text, out value) && value > 0;

    private static bool TryTime(string text, out TimeSpan value) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value) && value >= TimeSpan.Zero;

    private static bool TryIdle(string text, out TimeSpan? value)
    {
        var isTime = TryTime(text, out var time);
        value = time;
        return isTime;
    }
}
