import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** mongo-java-server on 127.0.0.1 and the port given. It speaks as MongoDB 4.4, the oldest that the driver takes, and lists the validators that collections were given; it does not apply them. */
public class Launcher extends MemoryBackend {
    private final Map<String, Object> validators = new ConcurrentHashMap<>();

    public static void main(String[] arguments) {
        Launcher backend = new Launcher();
        backend.version(new MongoVersion() {
            public List<Integer> getVersionArray() { return List.of(4, 4, 0); }
            public int getWireVersion() { return 9; }
        });
        new MongoServer(backend).bind("127.0.0.1", Integer.parseInt(arguments[0]));
    }

    @Override
    public Document handleCommand(Channel channel, String database, String command, Document query) {
        String name = database + "." + query.get(command);
        if (command.equals("collMod")) {
            remember(name, query);
            return new Document("ok", 1.0);
        }
        Document answer = super.handleCommand(channel, database, command, query);
        if (command.equals("create")) remember(name, query);
        if (command.equals("drop")) validators.remove(name);
        if (command.equals("dropDatabase")) validators.keySet().removeIf(key -> key.startsWith(database + "."));
        if (command.equals("listCollections")) list(database, (Document) answer.get("cursor"));
        return answer;
    }

    private void remember(String name, Document query) {
        if (query.get("validator") != null) validators.put(name, query.get("validator"));
    }

    private void list(String database, Document cursor) {
        for (Object each : (List<?>) cursor.get("firstBatch")) {
            Document collection = (Document) each;
            Object validator = validators.get(database + "." + collection.get("name"));
            if (validator != null) ((Document) collection.get("options")).put("validator", validator);
        }
    }
}
