using System.Globalization;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.Local.Runtime.Queues;

/// <summary>What host.json's <c>extensions.serviceBus</c> and a trigger say about taking messages, with the extension's defaults.</summary>
internal static class QueueTriggerSettings
{
    public static PumpOptions Read(HostSettings settings, QueueDefinition queue, CustomAttributeData trigger)
    {
        var section = settings.Extension("serviceBus");
        var most = queue.RequiresSession ? Number("maxConcurrentSessions", 8) : Number("maxConcurrentCalls", 16);
        return new PumpOptions
        {
            MaxConsumers = queue.Concurrency > 0 ? Math.Min(most, queue.Concurrency) : most,
            // Only what the trigger itself says wins over host.json: an attribute cannot tell false from nothing.
            AutoComplete = trigger.NamedArguments.FirstOrDefault(
                a => a.MemberName == nameof(ServiceBusTriggerAttribute.AutoCompleteMessages)).TypedValue.Value as bool?
                ?? Text("autoCompleteMessages", true, bool.TryParse),
            MaxAutoLockRenewal = Text(
                "maxAutoLockRenewalDuration", TimeSpan.FromMinutes(5), (string text, out TimeSpan value) => TimeSpan.TryParse(
                    text, CultureInfo.InvariantCulture, out value)),
        };

        int Number(string name, int fallback) => Text(name, fallback, (string text, out int value) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value > 0);

        T Text<T>(string name, T fallback, TryParse<T> parse) => section[name] is not { } text ? fallback
            : parse(text, out var value) ? value
            : throw new BindingFaultException($"host.json: extensions.serviceBus.{name} is '{text}'.");
    }

    private delegate bool TryParse<T>(string text, out T value);
}
